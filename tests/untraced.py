"""Keep coverage out of oracles and slow set-up, which run nothing but what others run as well."""

import sys
from functools import wraps


def untraced(function):
    """Let `function` run without the trace function, which is put back when it is done."""

    @wraps(function)
    def run(*arguments, **named):
        tracer = sys.gettrace()
        if tracer is None:
            return function(*arguments, **named)
        sys.settrace(None)
        try:
            return function(*arguments, **named)
        finally:
            sys.settrace(tracer)

    return run
