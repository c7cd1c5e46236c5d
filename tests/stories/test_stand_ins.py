"""A stand-in named at one workstation is what the whole unit has."""

from __future__ import annotations

import pytest

from tests.builders import WARD
from tests.clinic import Clinic
from tests.stories.region import EKMAN
from tests.stories.test_many_seats import offline, seated
from workstation.domain.directory import StandIn
from workstation.domain.problem import Problem
from workstation.operations.name_deputy import name_deputy


async def test_a_colleague_of_the_unit_is_named_and_nobody_else_can_be(clinic: Clinic) -> None:
    (okoro,) = await seated(clinic, "okoro")
    assert okoro.session is not None
    deputies = okoro.session.deputies
    assert deputies is not None
    me = okoro.desk.author.hsa_id
    other = next(one.hsa_id for one in await deputies.colleagues() if one.hsa_id != me)
    away = StandIn(person=me, unit=WARD, deputy=other, absent=True)

    await name_deputy(away, deputies=deputies, desk=okoro.desk)

    with pytest.raises(Problem, match="på den här enheten"):
        await deputies.keep(StandIn(person=me, unit=WARD, deputy=EKMAN))
    offline(okoro)
    with pytest.raises(Problem, match="kan inte utses"):
        await deputies.keep(away)
