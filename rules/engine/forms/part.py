"""What every part of a definition has in common: nothing unknown, nothing coerced, nothing changed afterwards."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rules.engine.receipt import AMOUNT_CENTS_MAX, QUANTITY_MAX


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


Code = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Price = Annotated[int, Field(ge=0, le=AMOUNT_CENTS_MAX)]  # cents; nothing is a price too
Cents = Annotated[int, Field(ge=1, le=AMOUNT_CENTS_MAX)]
Units = Annotated[int, Field(ge=1, le=QUANTITY_MAX)]  # of goods: trips, meals, tickets
