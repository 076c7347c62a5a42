"""Speaks to the broker with Eclipse Paho. Prints one line per step; the test reads them.

Arguments: port, protocol version (4 or 5). Identity m1, password "secret".
"""
import queue
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.properties import Properties
from paho.mqtt.packettypes import PacketTypes

port, version = int(sys.argv[1]), int(sys.argv[2])
kinds = ("connect", "subscribe", "publish", "message")
queues = {kind: queue.Queue() for kind in kinds}


def say(*words):
    print(*words, flush=True)


def put(event):
    queues[event[0]].put(event)


def wait(kind):
    return queues[kind].get(timeout=20)


def make(clean):
    options = {"client_id": "paho", "protocol": version}
    if version == 4:
        options["clean_session"] = clean
    client = mqtt.Client(**options)
    client.username_pw_set("m1", "secret")
    client.will_set("from/m1/status", "offline", qos=1)
    client.on_connect = lambda c, u, flags, rc, *rest: put(("connect", int(getattr(rc, "value", rc)), flags))
    client.on_subscribe = lambda c, u, mid, granted, *rest: put(
        ("subscribe", [int(getattr(g, "value", g)) for g in granted]))
    client.on_publish = lambda c, u, mid, *rest: put(("publish", mid))
    client.on_message = lambda c, u, m: put(("message", m.topic, m.payload.decode(), m.qos, m.retain))
    properties = None
    if version == 5:
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 600
    arguments = {"keepalive": 30}
    if version == 5:
        arguments.update(clean_start=clean, properties=properties)
    client.connect("127.0.0.1", port, **arguments)
    client.loop_start()
    return client


# In 3.1.1 a session that is to last can't start clean.
client = make(clean=version == 5)
say("connected", wait("connect")[1])
client.subscribe([("to/m1/#", 1), ("to/other/#", 1), ("all/#", 2)])
say("granted", *wait("subscribe")[1])
client.publish("from/m1/report", "one", qos=1)
wait("publish")
say("acknowledged")
client.publish("all/kept", "greeting", qos=1, retain=True)
wait("publish")
message = wait("message")
say("message", *message[1:])
client.publish("from/m1/report", "exactly once", qos=2)
wait("publish")
say("completed")
say("ready")
for _ in range(20):
    message = wait("message")
    say("message", *message[1:])
client.disconnect()
client.loop_stop()

# Away: the test publishes one message now.
say("away")
sys.stdin.readline()
client = make(clean=False)
connected = wait("connect")
say("back", connected[1], connected[2]["session present"])
message = wait("message")
say("message", *message[1:])
client.disconnect()
client.loop_stop()
