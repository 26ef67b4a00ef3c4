"""Concilia as an installation serves it: one process, its log written.

Before the address and the port a variant names its event loop and its HTTP parser.
"""

import sys

import uvicorn

from adapters.logs import configure_logs
from adapters.one_write import OneWrite
from adapters.process import make_responsive
from bench.besieged import SECRET
from bootstrap import assemble
from settings import AppEnv, Settings

if __name__ == "__main__":
    *variant, url, port = sys.argv[1:]
    loop, http = variant or ("auto", "auto")
    settings = Settings(_env_file=None, app_env=AppEnv.PRODUCTION, auth_jwt_secret=SECRET, database_url=url)
    configure_logs()
    app = assemble(settings, url, SECRET).app()
    make_responsive()
    uvicorn.run(
        app,
        port=int(port),
        loop=loop,
        http=OneWrite if http == "auto" else http,
        server_header=False,
        access_log=False,
        log_config=None,
    )
