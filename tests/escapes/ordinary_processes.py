# about: pools of processes, as multiprocessing makes them
# bare: fine
# profiles: tests
# verdicts: PASS
# open: without namespaces, there are no semaphores without a folder that everybody shares
import multiprocessing


def square(number):
    return number * number


if __name__ == "__main__":
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            assert pool.map(square, range(10)) == [number * number for number in range(10)]
    queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=queue.put, args=("x",))
    process.start()
    assert queue.get(timeout=10) == "x"
    process.join()
    print("fine")
