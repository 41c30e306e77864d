"""How a problem stands with what its service has promised: how soon somebody answers."""

from callout.domain.local_time import lasting
from callout.domain.response import Standing
from callout.web.view import Problem, Situation, View
from callout.web.words import moment


def target(problem: Problem, view: View) -> str:
    """How it stands with what the service has promised, on one line of a phone: "Answer by 03:19 CET, 1 min left"."""
    running = problem.clock
    if running is None:
        return ""
    due = moment(running.due_at, view)
    match running.standing:
        case Standing.MET:
            return f"Response target met ({running.agreed})"
        case Standing.MISSED:
            return f"Response target missed at {due}"
    if running.due_at <= view.now:
        return f"Answer was due {due}"
    return f"Answer by {due}, {lasting(running.due_at - view.now)} left"


def pressing(problem: Problem, view: View) -> bool:
    """Whether the response target is what somebody should see first."""
    running = problem.clock
    if running is None or view.situation not in (Situation.OPEN, Situation.NOT_RECORDED):
        return False
    return running.standing in (Standing.AT_RISK, Standing.MISSED) or (running.running and running.due_at <= view.now)
