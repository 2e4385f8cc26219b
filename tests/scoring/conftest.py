import pytest

from scoring.compiling import NotCompiled, compile_kernel
from scoring.counting import Numpy
from scoring.kernel import Kernel


@pytest.fixture(scope="session")
def numpy() -> Numpy:
    return Numpy()


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Kernel:
    try:
        return Kernel(compile_kernel(tmp_path_factory.mktemp("kernel")))
    except NotCompiled as reason:
        pytest.skip(f"the kernel cannot be compiled here: {reason}")
