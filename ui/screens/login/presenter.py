"""Let somebody in: check the secret, choose the assignment, open the session."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ui.screens.login.state import LoginState
from workstation.domain.problem import Problem
from workstation.domain.texts import _
from workstation.operations.session import Admitted, Choice, FileDamaged, Gate, Session


class LoginPresenter:
    """Turns a user and a secret into an open session. The secret is never kept in a state."""

    def __init__(
        self,
        *,
        render: Callable[[LoginState], None],
        gate: Gate,
        entered: Callable[[Session], None],
        unkept: Callable[[], bool] = lambda: False,
    ) -> None:
        self._render = render
        self._gate = gate
        self._entered = entered
        self._state = LoginState()
        self._unkept = unkept
        self._told_unkept = False
        self._damaged: FileDamaged | None = None
        self._entering: tuple[Admitted, Choice] | None = None
        self._resume: Session | None = None

    @property
    def state(self) -> LoginState:
        """What is drawn now."""
        return self._state

    def locked(self, session: Session, user: str) -> None:
        """Somebody locked: the same person comes back to the same place, another logs in."""
        self._resume = session
        self._told_unkept = False
        self._show(LoginState(user=user, locked_for=session.desk.author.name))

    @property
    def resume(self) -> Session | None:
        """The session that is locked."""
        return self._resume

    async def admit(self, user: str, password: str) -> None:
        """Check who it is; with one assignment go straight in."""
        if self._state.busy:
            return
        self._show(replace(self._state, user=user, busy=True, problem=("", ""), remedy=""))
        try:
            admitted = await self._gate.admit(user, password)
            await self._go_on(admitted)
        except Problem as problem:
            self._failed(problem)
        except BaseException:
            self._show(replace(self._state, busy=False))
            raise

    async def _go_on(self, admitted: Admitted) -> None:
        locked = self._resume
        if locked is not None and locked.desk.author.hsa_id == admitted.person.hsa_id:
            self._done(locked)
            return
        if not admitted.choices:
            raise Problem(
                _("You have no assignment to work in."), _("Ask your unit's administrator.")
            )
        if len(admitted.choices) == 1:
            await self._enter(admitted, admitted.choices[0])
            return
        self._show(replace(self._state, busy=False, admitted=admitted))

    async def chosen(self, assignment: str) -> None:
        """Go in with the chosen assignment."""
        admitted = self._state.admitted
        if admitted is None or self._state.busy:
            return
        choice = next((c for c in admitted.choices if c.assignment.hsa_id == assignment), None)
        if choice is None:
            return
        self._show(replace(self._state, busy=True, problem=("", "")))
        try:
            await self._enter(admitted, choice)
        except Problem as problem:
            self._failed(problem)

    def _failed(self, problem: Problem) -> None:
        self._damaged = problem if isinstance(problem, FileDamaged) else None
        remedy = self._damaged.action if self._damaged is not None else ""
        self._show(self._state.failed(problem.message, problem.advice, remedy=remedy))

    async def set_aside(self) -> None:
        """Put the damaged file aside and go in without it."""
        damaged, entering = self._damaged, self._entering
        if damaged is None or entering is None or self._state.busy:
            return
        self._show(replace(self._state, busy=True, problem=("", ""), remedy=""))
        try:
            await damaged.set_aside()
            await self._enter(*entering)
        except Problem as problem:
            self._failed(problem)
        except BaseException:
            self._show(replace(self._state, busy=False))
            raise

    def back(self) -> None:
        """Somebody else wants in."""
        self._show(LoginState(locked_for=self._state.locked_for))

    async def _enter(self, admitted: Admitted, choice: Choice) -> None:
        self._entering = (admitted, choice)
        before = self._resume
        if before is not None:
            self._ask_before_losing(before)
        session = await self._gate.enter(admitted, choice)
        if before is not None:
            await self._gate.leave(before)
        self._done(session)

    def _ask_before_losing(self, before: Session) -> None:
        """Say once that text would be lost; whoever logs in once more has chosen that."""
        if self._told_unkept or not self._unkept():
            return
        self._told_unkept = True
        name = before.desk.author.name
        raise Problem(
            _("{name} has text here that could not be kept on the disk.").format(name=name),
            _("It is lost when somebody else goes on. Fetch {name}, or log in once more.").format(
                name=name
            ),
        )

    def _done(self, session: Session) -> None:
        self._resume = self._entering = self._damaged = None
        user = self._state.user
        self._show(LoginState(user=user))
        self._entered(session)

    def _show(self, state: LoginState) -> None:
        self._state = state
        self._render(state)
