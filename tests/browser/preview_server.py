"""The controlled server with one web server on loopback in its public web: `--web PORT` says which. Run as a module."""

import argparse
import sys

from livechat.previews import WebPreviewer
from tests.controlled_server import main
from tests.hostile_server import HostileServer, Names

if __name__ == '__main__':
    parser = argparse.ArgumentParser()
    parser.add_argument('--web', type=int)
    web = HostileServer()
    web.port = parser.parse_known_args()[0].web
    main(sys.argv[1:], previewer=WebPreviewer.guarded(own_hosts=(), resolve=Names(), allows=web.allows))
