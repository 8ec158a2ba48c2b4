# about: asyncio with tasks, queues and timeouts
# bare: fine
# profiles: single tests
# verdicts: PASS
import asyncio


async def worker(queue, results):
    while (item := await queue.get()) is not None:
        await asyncio.sleep(0)
        results.append(item * item)


async def main():
    queue, results = asyncio.Queue(), []
    workers = [asyncio.create_task(worker(queue, results)) for _ in range(4)]
    for item in range(50):
        queue.put_nowait(item)
    for _ in workers:
        queue.put_nowait(None)
    await asyncio.wait_for(asyncio.gather(*workers), 5)
    assert sorted(results) == [item * item for item in range(50)]
    await asyncio.to_thread(print, "fine")


asyncio.run(main())
