"""Conditions of templates that depend on nothing, such as `not false`."""

from jinja2 import Environment, TemplateSyntaxError, nodes


def constant_condition(condition: str) -> bool | None:
    """Return the value of a condition that depends on nothing; None for any other."""
    try:
        output = Environment(autoescape=True).parse(f"{{{{ {condition} }}}}").find(nodes.Output)
    except TemplateSyntaxError:
        return None
    return None if output is None else _truth(output.nodes[0])


def _truth(expression: nodes.Expr) -> bool | None:
    """Return whether an expression of `true`, `false`, `not`, `and` and `or` is true; None if that depends on others.

    Nothing else is evaluated, since templates may be anyone's.
    """
    match expression:
        case nodes.Const(value=bool() as value):
            return value
        case nodes.Not(node=inner):
            inner_value = _truth(inner)
            return None if inner_value is None else not inner_value
        case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
            deciding = isinstance(expression, nodes.Or)
            values = _truth(left), _truth(right)
            if deciding in values:
                return deciding
            return None if None in values else not deciding
        case _:
            return None
