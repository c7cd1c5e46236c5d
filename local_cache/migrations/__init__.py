"""How the cache's schema grew. Numbers in tens; a released migration is never edited."""

from local_cache.migrations import (
    m10_records,
    m20_read_model,
    m30_outbox,
    m40_feed,
    m50_search,
    m60_unread,
    m70_visits,
    m80_waiting,
    m90_attachments,
    m100_openings,
    m110_withheld,
)

MIGRATIONS = (
    m10_records,
    m20_read_model,
    m30_outbox,
    m40_feed,
    m50_search,
    m60_unread,
    m70_visits,
    m80_waiting,
    m90_attachments,
    m100_openings,
    m110_withheld,
)
