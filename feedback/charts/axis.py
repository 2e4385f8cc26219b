"""From points to places. A score can lie beyond its scale; its mark stands at the end then, and is hollow."""

from dataclasses import dataclass

STEPS = 4


@dataclass(frozen=True)
class Axis:
    """Both ends, and with how many decimals a value is written."""

    lowest: float
    highest: float
    digits: int = 1

    def share(self, value: float) -> float:
        """From 0 at the lower end to 1 at the upper one."""
        return min(max((value - self.lowest) / (self.highest - self.lowest), 0.0), 1.0)

    def holds(self, value: float) -> bool:
        return self.lowest <= value <= self.highest

    @property
    def ticks(self) -> list[float]:
        return [self.lowest + (self.highest - self.lowest) * step / STEPS for step in range(STEPS + 1)]
