"""uWebSockets by socketify: one room, published to inside uWebSockets itself."""
import sys

from socketify import App, AppListenOptions, CompressOptions

app = App()
app.ws("/*", {
    "compression": CompressOptions.DISABLED,
    "max_payload_length": 65_536,
    "max_backpressure": 16 << 20,
    "idle_timeout": 120,
    "open": lambda socket: socket.subscribe("room"),
    "message": lambda socket, message, opcode: app.publish("room", message, opcode),
})
app.listen(AppListenOptions(port=int(sys.argv[1]), host="127.0.0.1"), lambda _: print("up", flush=True))
app.run()
