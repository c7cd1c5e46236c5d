"""Every operation of the product in one list: what somebody can do with the record, by its verb.

Screens call operations themselves, with the ports of their session; this is the whole of them.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from workstation.operations.acknowledge import acknowledge
from workstation.operations.acknowledge_normal import acknowledge_normal
from workstation.operations.answer_referral import answer_referral
from workstation.operations.arrive import arrive
from workstation.operations.book import book
from workstation.operations.change_booking import change_booking, end_booking
from workstation.operations.change_order import change_order
from workstation.operations.correct_note import correct_note
from workstation.operations.countersign_note import countersign_note
from workstation.operations.drop_in import drop_in
from workstation.operations.end_lift import end_lift
from workstation.operations.finish_action import finish_action
from workstation.operations.lift_block import lift_block
from workstation.operations.link_identities import link_identities
from workstation.operations.move_watch import move_watch
from workstation.operations.name_deputy import name_deputy
from workstation.operations.open_in_emergency import open_in_emergency
from workstation.operations.pause_order import pause_order
from workstation.operations.plan_action import plan_action
from workstation.operations.prescribe import prescribe
from workstation.operations.record_administration import record_administration
from workstation.operations.record_entry import record_entry
from workstation.operations.record_observation import record_observation
from workstation.operations.record_referral_event import record_referral_event
from workstation.operations.register_block import register_block
from workstation.operations.register_consent import register_consent
from workstation.operations.register_patient import register_patient
from workstation.operations.renew_order import renew_order
from workstation.operations.resolve_fork import resolve_fork
from workstation.operations.resume_order import resume_order
from workstation.operations.revoke_block import revoke_block
from workstation.operations.revoke_consent import revoke_consent
from workstation.operations.save_attention import save_attention
from workstation.operations.save_diagnosis import save_diagnosis
from workstation.operations.save_form import save_form
from workstation.operations.save_note import save_note
from workstation.operations.settle_answer import settle_answer
from workstation.operations.sign_note import sign_note
from workstation.operations.stop_order import stop_order
from workstation.operations.unlink_identities import unlink_identities
from workstation.operations.void_entity import void_entity
from workstation.operations.void_note import void_note
from workstation.operations.write_referral import write_referral

OPERATIONS: tuple[Callable[..., Coroutine[Any, Any, Any]], ...] = (
    acknowledge,
    acknowledge_normal,
    answer_referral,
    arrive,
    book,
    change_booking,
    change_order,
    correct_note,
    countersign_note,
    drop_in,
    end_booking,
    end_lift,
    finish_action,
    lift_block,
    link_identities,
    move_watch,
    name_deputy,
    open_in_emergency,
    pause_order,
    plan_action,
    prescribe,
    record_administration,
    record_entry,
    record_observation,
    record_referral_event,
    register_block,
    register_consent,
    register_patient,
    renew_order,
    resolve_fork,
    resume_order,
    revoke_block,
    revoke_consent,
    save_attention,
    save_diagnosis,
    save_form,
    save_note,
    settle_answer,
    sign_note,
    stop_order,
    unlink_identities,
    void_entity,
    void_note,
    write_referral,
)
