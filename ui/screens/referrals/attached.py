"""What is attached to a draft: held in the encrypted cache until the draft is signed."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from ui.shell.workspace.form import Content, DraftContext, FieldKind, FormField
from workstation.domain.attachment import Attachment, check_together, described, size_words
from workstation.domain.texts import N_, _

ATTACH = "attach"
FIELD = "attached"
_KEPT = "@attachments"
TYPE_WORDS = {
    "application/pdf": N_("PDF"),
    "image/jpeg": N_("picture"),
    "image/png": N_("picture"),
}


def attached_in(content: Content) -> tuple[Attachment, ...]:
    """Return what the draft has attached, in order."""
    kept = content.get(_KEPT, "")
    known = msgspec.json.decode(kept, type=tuple[Attachment, ...]) if kept else ()
    left = content.get(FIELD, "").split()
    return tuple(one for one in known if one.hash in left)


def attachments_content(attachments: Sequence[Attachment]) -> dict[str, str]:
    """Return the part of a draft that says what is attached."""
    if not attachments:
        return {}
    return {
        _KEPT: msgspec.json.encode(tuple(attachments)).decode(),
        FIELD: " ".join(one.hash for one in attachments),
    }


def attached_field(content: Content) -> FormField | None:
    """Return the field that lists what is attached; None for nothing."""
    attached = attached_in(content)
    if not attached:
        return None
    return FormField(
        key=FIELD,
        label=_("Attachments"),
        kind=FieldKind.FILES,
        choices=tuple((one.hash, attachment_words(one)) for one in attached),
        hint=_("They travel by themselves and never delay the text."),
    )


def attachment_words(attachment: Attachment) -> str:
    """Return ``EKG.pdf, PDF, 340 kB``."""
    kind = _(TYPE_WORDS[attachment.type])
    return ", ".join(p for p in (attachment.title, kind, size_words(attachment.size)) if p)


async def with_file(content: Content, context: DraftContext) -> Content:
    """Let the person choose a file; return the draft with it, held in the encrypted cache.

    Raises:
        NotAttachable: No PDF, JPEG or PNG, or too large; nothing was kept of it.
    """
    session = context.session
    picked = await session.files.pick() if session.files is not None else None
    if picked is None or session.attachments is None:
        return content
    attachment = described(picked.content, picked.name)
    before = attached_in(content)
    if any(one.hash == attachment.hash for one in before):
        return content
    attached = (*before, attachment)
    check_together(attached)
    await session.attachments.hold(context.patient.patient, attachment, picked.content)
    return {**content, **attachments_content(attached)}
