"""SMTP servers with moods, in a network namespace of their own: receivers.py ADDRESS=MOOD ..."""
import asyncio
import socket
import struct
import sys

GREETINGS = {"421": b"421 4.3.2 not now\r\n", "554": b"554 5.3.2 no mail here\r\n",
             "garbage": b"HTTP/1.1 400 Bad Request\r\n\r\n"}


async def serve(mood, reader, writer):
    """One dialogue, by the mood of the address."""
    if mood == "reset":
        writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if mood in ("close", "reset"):
        writer.close()
        return
    if mood in GREETINGS:
        writer.write(GREETINGS[mood])
        if mood == "garbage":
            await writer.drain()
            writer.close()
            return
    else:
        writer.write(b"220 receiver.test ESMTP\r\n")
    data = False
    while line := await reader.readline():
        verb = line.strip().upper()
        if data:
            if verb == b".":
                data = False
                writer.write(b"250 2.0.0 taken\r\n")
        elif verb.startswith(b"QUIT"):
            writer.write(b"221 2.0.0 bye\r\n")
            break
        elif mood in GREETINGS:
            writer.write(GREETINGS[mood])
        elif verb.startswith(b"EHLO"):
            writer.write(b"250-receiver.test\r\n250-PIPELINING\r\n" +
                         (b"250-STARTTLS\r\n" if mood == "tlsbroken" else b"") +
                         b"250 ENHANCEDSTATUSCODES\r\n")
        elif verb.startswith(b"STARTTLS"):
            writer.write(b"220 2.0.0 ready\r\n")
            await writer.drain()
            await reader.read(1)
            break
        elif verb.startswith(b"RCPT") and mood == "rcpt451":
            writer.write(b"451 4.3.0 later\r\n")
        elif verb.startswith(b"RCPT") and mood == "rcpt550":
            writer.write(b"550 5.1.1 nobody\r\n")
        elif verb.startswith(b"DATA") and not mood.startswith("rcpt"):
            data = True
            writer.write(b"354 go on\r\n")
        elif verb.startswith(b"DATA"):
            writer.write(b"503 5.5.1 no recipient\r\n")
        else:
            writer.write(b"250 2.0.0 fine\r\n")
        await writer.drain()
    writer.close()


async def guarded(mood, reader, writer):
    """The same for clients that go away."""
    try:
        await serve(mood, reader, writer)
    except OSError:
        pass


async def main():
    for word in sys.argv[1:]:
        address, mood = word.split("=")
        if mood != "refused":
            await asyncio.start_server(
                lambda r, w, m=mood: guarded(m, r, w), address, 25, backlog=512)
    print("ready", flush=True)
    await asyncio.Event().wait()


asyncio.run(main())
