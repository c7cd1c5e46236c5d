"""Records on paper: notes, the medication list, referrals, as PDF made in memory."""

from workstation.printing.account import print_medication_account
from workstation.printing.answer import print_answer
from workstation.printing.label import print_labels
from workstation.printing.medication import print_medication_list
from workstation.printing.note import print_note
from workstation.printing.referral import print_referral
from workstation.printing.sheet import Sheet

__all__ = [
    "Sheet",
    "print_answer",
    "print_labels",
    "print_medication_account",
    "print_medication_list",
    "print_note",
    "print_referral",
]
