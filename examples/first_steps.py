"""First steps: one weight, one layer, a small network, each number worked out by the engine.

Run it with ``python examples/first_steps.py``. Nothing printed here is written down in the
file but the questions: the answers come from the same code that trains real networks.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import optax

from pellucid import losses, nn, optimizers
from pellucid.optimizers import OptimizerSettings

LAYER = "dense_1"


def one_weight() -> None:
    """Follow gradient descent on a network that is a single weight."""
    title("1  One weight learns")
    network = nn.Network([nn.Dense(1, bias=False, initializer=[[5.0]])])
    params = network.init(0, in_features=1)
    x, label = jnp.array([[2.0]]), jnp.array([[6.0]])
    quadratic = losses.get("quadratic")

    def loss(params: nn.Params) -> jax.Array:
        return jnp.mean(quadratic(network.apply(params, x), label))

    def loss_without_half(params: nn.Params) -> jax.Array:
        return jnp.mean(losses.get("mean_squared_error")(network.apply(params, x), label))

    say("the weight", "w", the_weight(params))
    say("the input", "x", x[0, 0])
    say("the output", "y = x·w", network.apply(params, x)[0, 0])
    say("the right answer", "ŷ", label[0, 0])
    say("the loss", "½(y − ŷ)²", loss(params))
    say("its slope at w", "(y − ŷ)·x", the_weight(jax.grad(loss)(params)))
    say("without the ½ it is", "2(y − ŷ)·x", the_weight(jax.grad(loss_without_half)(params)))

    print("\n  Gradient descent with a learning rate of 0.1: w ← w − 0.1 · slope\n")
    print(f"  {'step':>6} {'w':>10} {'loss':>10} {'slope':>10}")
    for step, now in enumerate(descend(loss, params, learning_rate=0.1, n_steps=30)):
        if step in (0, 1, 2, 3, 5, 10, 30):
            slope = the_weight(jax.grad(loss)(now))
            print(f"  {step:>6} {the_weight(now):>10.4f} {loss(now):>10.4f} {slope:>10.4f}")

    print("\n  Each step multiplies the distance to the best weight by 1 − ε·x².")
    print("  Where that is beyond ±1, the steps lead away instead of near:\n")
    print(f"  {'rate ε':>8} {'|1 − ε·x²|':>12} {'measured':>10} {'w after 10':>12}")
    best = float(label[0, 0] / x[0, 0])
    for rate in (0.1, 0.25, 0.4, 0.5, 0.6):
        path = [the_weight(now) for now in descend(loss, params, rate, n_steps=10)]
        factor = abs(1 - rate * float(x[0, 0]) ** 2)
        measured = abs(path[1] - best) / abs(path[0] - best)
        print(f"  {rate:>8.2f} {factor:>12.2f} {measured:>10.2f} {path[-1]:>12.4f}")


def one_layer() -> None:
    """Show the matrix between two neurons and three, weight by weight."""
    title("2  Two neurons reach three: a matrix of 2 rows and 3 columns")
    network = nn.Network([nn.Dense(3, activation="sigmoid")])
    params = network.init(0, in_features=2)
    for i in (1, 2):
        names = (f"w{i}{j} = {nn.weight(params, LAYER, i, j):+.4f}" for j in (1, 2, 3))
        print(f"  from neuron {i}   " + "   ".join(names))
    (step,) = network.trace(params, [1.0, -2.0])
    print()
    show("x", step.inputs)
    show("z = x·W + b", step.pre_activations)
    show("h = σ(z)", step.activations)


def five_layers() -> None:
    """Carry an example through W1 … W4 by hand, and by the network."""
    title("3  Five layers of neurons have four matrices")
    sizes = (3, 4, 4, 3, 2)
    network = nn.Network([nn.Dense(units, activation="tanh") for units in sizes[1:]])
    params = network.init(0, in_features=sizes[0])
    x = jnp.array([[0.5, -1.0, 2.0]])
    show("x", x[0])
    h = x
    for number, name in enumerate(network.names, start=1):
        kernel = params[name]["kernel"]
        h = jnp.tanh(h @ kernel)
        shape = "×".join(map(str, kernel.shape))
        show(f"σ(h·W{number})  W{number}: {shape}", h[0])
    show("the network says", network.apply(params, x)[0])


def activations() -> None:
    """Tabulate three activation functions and their slopes."""
    title("4  Activation functions and their slopes")
    names = ("tanh", "sigmoid", "relu")
    print(f"  {'z':>5}" + "".join(f" {name:>9} {'slope':>7}" for name in names))
    for z in (-2.0, -1.0, 0.0, 1.0, 2.0):
        cells = ""
        for name in names:
            sigma = nn.ACTIVATIONS[name]
            cells += f" {sigma(jnp.float32(z)):>9.4f} {jax.grad(sigma)(z):>7.4f}"
        print(f"  {z:>5.1f}{cells}")


def classes() -> None:
    """Turn three logits into probabilities, and those into a loss."""
    title("5  From outputs to probabilities to a loss")
    logits = jnp.log(jnp.array([[1.0, 2.0, 3.0]]))
    probabilities = nn.ACTIVATIONS["softmax"](logits)[0]
    cross_entropy = losses.get("cross_entropy")
    print(f"  {'class':>6} {'logit':>9} {'probability':>12} {'loss if right':>14}")
    for label in range(3):
        cost = cross_entropy(logits, jnp.array([label]))[0]
        print(f"  {label:>6} {logits[0, label]:>9.4f} {probabilities[label]:>12.4f} {cost:>14.4f}")


def descend(
    loss: Callable[[nn.Params], jax.Array], params: nn.Params, learning_rate: float, n_steps: int
) -> list[nn.Params]:
    """Return the parameters before, and after each step of, gradient descent."""
    settings = OptimizerSettings("sgd", learning_rate, schedule="constant", warmup=0.0)
    optimizer = optimizers.build(settings, n_steps)
    state, path = optimizer.init(params), [params]
    for _ in range(n_steps):
        updates, state = optimizer.update(jax.grad(loss)(path[-1]), state, path[-1])
        path.append(optax.apply_updates(path[-1], updates))
    return path


def the_weight(params: nn.Params) -> float:
    """Return w11, the only weight there is; of a gradient, its slope."""
    return nn.weight(params, LAYER, 1, 1)


def title(text: str) -> None:
    """Print a heading."""
    print(f"\n{text}\n{'─' * len(text)}")


def say(what: str, formula: str, value: jax.Array | float) -> None:
    """Print one number with its name and formula."""
    print(f"  {what:<20} {formula:<12} {float(value):>7.2f}")


def show(what: str, values: jax.Array) -> None:
    """Print a short vector with its name."""
    print(f"  {what:<22}" + "".join(f"{value:>9.4f}" for value in values.tolist()))


def main() -> None:
    """Print all five sections."""
    one_weight()
    one_layer()
    five_layers()
    activations()
    classes()


if __name__ == "__main__":
    main()
