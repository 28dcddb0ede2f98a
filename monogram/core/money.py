"""Money: decimal amounts in a currency, rounded to what the currency can pay, and shared out without a cent lost."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

# Digits after the point where they are not two (ISO 4217).
_DIGITS = {
    **dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(), 0),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
ZERO = Decimal(0)


def unit(currency: str) -> Decimal:
    """The smallest amount of a currency: 0.01 for USD, 1 for JPY, 0.001 for KWD."""
    return Decimal(1).scaleb(-_DIGITS.get(currency, 2))


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The nearest amount that can be paid, halves away from zero."""
    return amount.quantize(unit(currency), ROUND_HALF_UP)


def shared(amount: Decimal, weights: list[Decimal], currency: str) -> list[Decimal]:
    """An amount in parts as the weights stand to each other; the parts add up to it. What rounding leaves goes to the
    parts that lost most, the earlier first. Equal parts when all weights are zero."""
    if not weights:
        return []
    total = sum(weights)
    shares = [amount * (weight / total if total else Decimal(1) / len(weights)) for weight in weights]
    smallest = unit(currency)
    parts = [share.quantize(smallest, ROUND_DOWN) for share in shares]
    left = int((amount - sum(parts)) / smallest)
    losses = sorted(range(len(parts)), key=lambda index: (parts[index] - shares[index], index))
    for index in losses[:left]:
        parts[index] += smallest
    return parts
