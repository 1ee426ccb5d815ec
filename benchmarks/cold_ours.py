"""pellucid on images, until the validation accuracy reaches a bar: FOLDER BAR SEED."""

import json
import sys

import pellucid

bar, seed = float(sys.argv[2]), int(sys.argv[3])
seen: list[float] = []


def stop_at_bar(event: object) -> None:
    """End the training after the first epoch whose validation accuracy is enough."""
    metrics = getattr(event, "metrics", None)
    if metrics:
        seen.append(metrics["accuracy"])
        if metrics["accuracy"] >= bar:
            raise pellucid.StopTraining


model = pellucid.train(
    sys.argv[1],
    hidden=(128,),
    dropout=0,
    augment=(),
    learning_rate=1e-3,
    schedule="constant",
    seed=seed,
    callbacks=[stop_at_bar],
)
test = model.metrics["accuracy"]
print(json.dumps({"epochs": len(seen), "validation": seen[-1], "test": test}))
