"""How long a step of training takes, how long an import, and how much memory: `make bench`.

Everything runs on one thread. The contenders take turns, round after round, so that a busy moment of the machine hits
all of them, and the median over the rounds is printed. Each does the same work on the same examples: shuffle, gather
a batch, forward, loss, backward, plain gradient descent, and the loss of every step kept. PyTorch, JAX and
scikit-learn are measured where they are installed (requirements-peers.txt).
"""

import argparse
import os
import subprocess
import sys
import time
import tracemalloc
from itertools import pairwise

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[threads] = "1"
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"

import numpy as np  # noqa: E402  (the threads are counted when it is loaded)

import mlp_core  # noqa: E402

NETWORKS = [([2, 16, 16, 3], 100, 200), ([64, 64, 32, 10], 128, 100), ([784, 256, 128, 10], 128, 100)]
BATCHES, LR = 20, 0.01


def ours(sizes, X, y, batch, steps):
    net = mlp_core.MLP(sizes, dtype=X.dtype)
    return lambda: mlp_core.train(net, X, y, mlp_core.GradientDescent(LR), epochs=steps // BATCHES, batch_size=batch)


def products(sizes, X, y, batch, steps):
    """The matrix products of a step and nothing else: what NumPy cannot do without."""
    rng = np.random.default_rng(0)
    A, Z = ([rng.normal(size=(batch, width)).astype(X.dtype) for width in sizes] for _ in range(2))
    W = [rng.normal(size=shape).astype(X.dtype) for shape in pairwise(sizes)]
    dA, dW = [np.empty_like(each) for each in A], [np.empty_like(each) for each in W]

    def run():
        for _ in range(steps):
            for i in range(len(W)):
                np.matmul(A[i], W[i], out=dA[i + 1])
            for i in range(len(W), 0, -1):
                np.matmul(A[i - 1].T, Z[i], out=dW[i - 1])
                if i > 1:
                    np.matmul(Z[i], W[i - 1].T, out=dA[i - 1])
    return run


def shuffled(n, batch, steps):
    rng = np.random.default_rng(0)
    for _ in range(steps // BATCHES):
        order = rng.permutation(n)
        for start in range(0, n, batch):
            yield order[start:start + batch]


def pytorch(sizes, X, y, batch, steps):
    import torch

    torch.set_num_threads(1)
    layers = [layer for a, b in pairwise(sizes) for layer in (torch.nn.Linear(a, b), torch.nn.ReLU())][:-1]
    net = torch.nn.Sequential(*layers).to(torch.from_numpy(X).dtype)
    descent, loss_of = torch.optim.SGD(net.parameters(), lr=LR), torch.nn.CrossEntropyLoss()
    X, y = torch.from_numpy(X), torch.from_numpy(y)

    def run():
        history = []
        for rows in shuffled(len(X), batch, steps):
            rows = torch.from_numpy(rows)
            descent.zero_grad()
            loss = loss_of(net(X[rows]), y[rows])
            loss.backward()
            descent.step()
            history.append(loss.item())
    return run


def jax_jit(sizes, X, y, batch, steps):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    start = mlp_core.MLP(sizes, dtype=X.dtype)
    state = [[(jnp.array(W), jnp.array(b)) for W, b in zip(start.weights, start.biases)]]
    X, y = jnp.asarray(X), jnp.asarray(y)

    def loss_of(parameters, rows):
        A = X[rows]
        for W, b in parameters[:-1]:
            A = jax.nn.relu(A @ W + b)
        W, b = parameters[-1]
        return -jnp.take_along_axis(jax.nn.log_softmax(A @ W + b), y[rows][:, None], 1).mean()

    def step(parameters, rows):
        loss, gradients = jax.value_and_grad(loss_of)(parameters, rows)
        return jax.tree.map(lambda p, g: p - LR * g, parameters, gradients), loss

    step = jax.jit(step, donate_argnums=0)

    def run():
        history = []
        for rows in shuffled(len(X), batch, steps):
            state[0], loss = step(state[0], rows)
            history.append(loss)
        np.array([float(loss) for loss in history])
    return run


def scikit_learn(sizes, X, y, batch, steps):
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier(sizes[1:-1], solver="sgd", learning_rate_init=LR, momentum=0, alpha=0, batch_size=batch)
    classes = np.arange(sizes[-1])

    def run():
        history = []
        for rows in shuffled(len(X), batch, steps):
            net.partial_fit(X[rows], y[rows], classes=classes)
            history.append(net.loss_)
    return run


CONTENDERS = {"mlp_core": ours, "products": products, "PyTorch": pytorch, "JAX jit": jax_jit,
              "scikit-learn": scikit_learn}


def training(rounds, share):
    print(f"One step of training, microseconds, median of {rounds} rounds"
          f"\n{'network':>18} {'batch':>5} {'dtype':>8}", *(f"{name:>12}" for name in CONTENDERS),
          "  mlp_core against products, PyTorch, JAX, scikit-learn")
    for sizes, batch, steps in NETWORKS:
        steps = max(BATCHES, int(steps * share) // BATCHES * BATCHES)
        for dtype in (np.float32, np.float64):
            rng = np.random.default_rng(0)
            X = rng.normal(size=(BATCHES * batch, sizes[0])).astype(dtype)
            y = rng.integers(0, sizes[-1], BATCHES * batch)
            jobs = {}
            for name, make in CONTENDERS.items():
                try:
                    jobs[name] = make(sizes, X, y, batch, steps)
                except ImportError:
                    continue
                jobs[name]()  # compiled, loaded and warm
            times = {name: [] for name in jobs}
            for _ in range(rounds):
                for name, job in jobs.items():
                    begun = time.perf_counter()
                    job()
                    times[name].append((time.perf_counter() - begun) / steps * 1e6)
            found = {name: float(np.median(taken)) for name, taken in times.items()}
            cells = [f"{found[name]:12.1f}" if name in found else f"{'–':>12}" for name in CONTENDERS]
            ratios = [f"{found['mlp_core'] / found[name]:.2f}" if name in found else "–" for name in [*CONTENDERS][1:]]
            network = "-".join(map(str, sizes))
            print(f"{network:>18} {batch:>5} {np.dtype(dtype).name:>8}", *cells, " ", ", ".join(ratios), flush=True)


def imports(rounds):
    code = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    times = {"numpy": [], "mlp_core": []}
    for _ in range(rounds):
        for name, taken in times.items():
            done = subprocess.run([sys.executable, "-c", code.format(name)], capture_output=True, text=True, check=True)
            taken.append(float(done.stdout))
    numpy_time, ours_time = (float(np.median(taken)) * 1e3 for taken in times.values())
    print(f"\nimport numpy {numpy_time:.1f} ms, import mlp_core {ours_time:.1f} ms: {ours_time / numpy_time:.2f} x")


def memory():
    sizes, batch, rng = [784, 256, 128, 10], 128, np.random.default_rng(0)
    X, y = rng.normal(size=(10 * batch, 784)), rng.integers(0, 10, 10 * batch)
    net = mlp_core.MLP(sizes)
    # Inputs, one array a hidden layer, logits, outputs, their logarithms and targets, and the dZ of every layer.
    buffers = batch * 8 * (sizes[0] + 2 * sum(sizes[1:]) + 3 * sizes[-1])
    print(f"\nPeak memory of training {'-'.join(map(str, sizes))}, float64, batch {batch}, beyond network and data, MB")
    for rule, vectors in ((mlp_core.GradientDescent(LR), 0), (mlp_core.Momentum(LR), 1), (mlp_core.Adam(), 3)):
        peaks = []
        for epochs in (1, 4):
            tracemalloc.start()
            mlp_core.train(net, X, y, rule, epochs=epochs, batch_size=batch)
            peaks.append(tracemalloc.get_traced_memory()[1] / 1e6)
            tracemalloc.stop()
        size = net.theta.nbytes / 1e6
        print(f"{type(rule).__name__:>18}: {peaks[0]:.2f} after 1 epoch, {peaks[1]:.2f} after 4; gradients {size:.2f}, "
              f"memory and scratch of the rule {vectors * size:.2f}, one batch {buffers / 1e6:.2f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--share", type=float, default=1.0, help="of the steps in a round")
    chosen = parser.parse_args()
    training(chosen.rounds, chosen.share)
    imports(chosen.rounds)
    memory()
