"""How dates are written in full, by language; what is not named here is as Django has it."""
