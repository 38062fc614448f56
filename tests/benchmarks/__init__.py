"""What livechat costs: `make bench` (`python -m tests.benchmarks`). Not collected by pytest.

`crowd` is the load generator: tabs that speak the browser's protocol. `servers` starts what is measured: livechat, the `baseline`
(the same frames with no product around them) and `chat_example` (NiceGUI's own). `durable` counts posts, `long_rooms`
opens rooms by their length, `switcher` finds names, all without a browser.
"""
