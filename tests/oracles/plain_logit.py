"""The nested logit once more, slow and literal: an oracle that shares no code with what it checks.

Structures are places in lists, forms any labels; base rates are a dictionary by form.
"""

import math

LAPSE = 0.01


def nested_logit(values, forms, base, precision, nesting):
    """Return the chance of each form, and of each structure, both without lapses.

    With I_f the nesting times the log of the mean of exp(precision V / nesting) in the form f, the
    chance of f is as base_f exp(I_f), and within it that of s as exp(precision V_s / nesting).
    """
    odds, inside = {}, {}
    for form in dict.fromkeys(forms):
        own = [value for value, other in zip(values, forms, strict=True) if other == form]
        if nesting == 0 or precision == 0:
            best = max(own)
            inside[form] = own.count(best) if precision else len(own)
            odds[form] = base[form] * math.exp(precision * best)
        else:
            terms = [math.exp(precision * value / nesting) for value in own]
            inside[form] = math.fsum(terms)
            odds[form] = base[form] * (math.fsum(terms) / len(own)) ** nesting
    total = math.fsum(odds.values())
    of_forms = {form: odd / total for form, odd in odds.items()}

    def weight(value, form):
        if nesting and precision:
            return math.exp(precision * value / nesting)
        own = [other for other, label in zip(values, forms, strict=True) if label == form]
        return float(precision == 0 or value == max(own))

    of_structures = [
        of_forms[form] * weight(value, form) / inside[form]
        for value, form in zip(values, forms, strict=True)
    ]
    return of_forms, of_structures


def with_lapses(of_forms, base):
    """Return the chance of each form if one choice in a hundred falls on the base rates."""
    return {form: (1 - LAPSE) * of_forms.get(form, 0.0) + LAPSE * base[form] for form in base}
