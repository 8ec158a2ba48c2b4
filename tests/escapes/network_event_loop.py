# about: connects with asyncio, as a program would
# bare: listener
# profiles: single tests
import asyncio


async def reach():
    reader, writer = await asyncio.open_connection("127.0.0.1", HOST["tcp4"])
    writer.close()


with attempt("a connection of asyncio", silent=True):
    asyncio.run(reach())
