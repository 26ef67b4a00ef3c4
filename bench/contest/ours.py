"""Concilia as an installation serves it: one process, its log written."""

import sys

import uvicorn

from adapters.logs import configure_logs
from adapters.one_write import OneWrite
from adapters.process import make_responsive
from bench.besieged import SECRET
from bootstrap import assemble
from settings import AppEnv, Settings

if __name__ == "__main__":
    url, port = sys.argv[1:]
    settings = Settings(_env_file=None, app_env=AppEnv.PRODUCTION, auth_jwt_secret=SECRET, database_url=url)
    configure_logs()
    app = assemble(settings, url, SECRET).app()
    make_responsive()
    uvicorn.run(app, port=int(port), log_config=None, access_log=False, http=OneWrite, server_header=False)
