"""Times as clinicians read them: ``yyyy-MM-dd``, 24 hours, and days near today by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from workstation.domain.clock import swedish_zone
from workstation.domain.texts import _
from workstation.domain.values import is_when, local_date, local_text, millis_of, utc_text
from workstation.operations.writing import Incomplete


def near(millis: int, now: int) -> str:
    """Return ``today 13:52``, ``yesterday 13:52`` or the date; both times ms UTC."""
    day, today = local_date(millis), local_date(now)
    clock = local_text(millis)[11:]
    if day == today:
        return _("today {time}").format(time=clock)
    if day == today - timedelta(days=1):
        return _("yesterday {time}").format(time=clock)
    return day.isoformat()


def clock_or_day(millis: int, now: int) -> str:
    """Return ``13:52`` today, else ``2026-11-21 13:52``."""
    text = local_text(millis)
    return text[11:] if local_date(millis) == local_date(now) else text


def shown(when: str | None) -> str:
    """Return a stored date or dateTime as it is shown; empty for none, partial dates as they are."""
    if not when or "T" not in when:
        return when or ""
    return local_text(millis_of(when))


def moment_of(text: str, field: str, *, now: datetime | None = None) -> str | None:
    """Return what was typed as Swedish time, as records carry it; None when nothing is typed.

    In the hour that an autumn night has twice, it is the last such time that has come ``now``;
    without ``now`` the first.

    Raises:
        Incomplete: It is no ``yyyy-MM-dd HH:mm``, or a spring night had no such time; ``field``
            is named.
    """
    typed = text.strip()
    if not typed:
        return None
    try:
        moment = datetime.strptime(typed, "%Y-%m-%d %H:%M").replace(tzinfo=swedish_zone())
    except ValueError:
        raise Incomplete(
            _("The time cannot be read."), _("Type it as 2026-11-22 14:05."), [field]
        ) from None
    if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(
        tzinfo=None
    ):
        raise Incomplete(
            _("There was no such time that night."),
            _("The clocks went forward from 02 to 03: type a time from 03:00 on."),
            [field],
        )
    again = moment.replace(fold=1)
    return utc_text(again if now is not None and again.timestamp() <= now.timestamp() else moment)


def check_born(when: str | None, birth_date: str, field: str) -> None:
    """Raise ``Incomplete`` for ``field`` when ``when`` comes before the patient was born.

    Args:
        when: As records carry it. ``birth_date``: ``yyyy-MM-dd``; of another form nothing is known.
    """
    if (
        when
        and is_when(birth_date)
        and local_date(millis_of(when)) < local_date(millis_of(birth_date))
    ):
        raise Incomplete(_("That is before the patient was born."), _("Check the year."), [field])
