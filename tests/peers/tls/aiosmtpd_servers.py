"""Mail servers by aiosmtpd, one for each line "NAME ADDRESS [KEY CHAIN]" of the file that is named."""
import asyncio
import ssl
import sys

from aiosmtpd.smtp import SMTP


async def main(path):
    loop = asyncio.get_running_loop()
    for line in open(path):
        name, address, *files = line.split()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) if files else None
        if files:
            context.load_cert_chain(files[1], files[0])
        await loop.create_server(
            lambda context=context, name=name: SMTP(
                None, hostname=name, tls_context=context, loop=loop),
            address, 25)
    await asyncio.Event().wait()

asyncio.run(main(sys.argv[1]))
