"""Uses what MQTT offers beyond the first steps, with Eclipse Paho. Prints one line per step; the test reads them.

Arguments: port, protocol version (4 or 5). Identity m1, password "secret".
"""
import queue
import sys

import paho.mqtt.client as mqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

port, version = int(sys.argv[1]), int(sys.argv[2])


def say(*words):
    print(*words, flush=True)


class Client:
    """One connection with a queue for each kind of event."""

    def __init__(self, name, clean=True, **connect):
        options = {"client_id": name, "protocol": version}
        if version == 4:
            options["clean_session"] = clean
        self.events = {kind: queue.Queue() for kind in ("connect", "subscribe", "publish", "message")}
        client = self.client = mqtt.Client(**options)
        client.username_pw_set("m1", "secret")
        client.on_connect = lambda c, u, flags, rc, *rest: self.put("connect", flags["session present"])
        client.on_subscribe = lambda c, u, mid, granted, *rest: self.put(
            "subscribe", int(getattr(granted[0], "value", granted[0])))
        client.on_publish = lambda c, u, mid, *rest: self.put("publish", mid)
        client.on_message = lambda c, u, m: self.put("message", m)
        arguments = {"keepalive": 30}
        if version == 5:
            properties = Properties(PacketTypes.CONNECT)
            for key, value in connect.items():
                setattr(properties, key, value)
            arguments.update(clean_start=clean, properties=properties)
        client.connect("127.0.0.1", port, **arguments)
        client.loop_start()
        self.session_present = self.wait("connect")

    def put(self, kind, value):
        self.events[kind].put(value)

    def wait(self, kind):
        return self.events[kind].get(timeout=25)

    def subscribe(self, topic, qos):
        self.client.subscribe(topic, qos)
        return self.wait("subscribe")

    def publish(self, topic, text, qos, **properties):
        arguments = {"qos": qos}
        if version == 5:
            arguments["properties"] = Properties(PacketTypes.PUBLISH)
            for key, value in properties.items():
                setattr(arguments["properties"], key, value)
        self.client.publish(topic, text, **arguments)
        self.wait("publish")

    def end(self):
        self.client.disconnect()
        self.client.loop_stop()

    def vanish(self):
        """Loses the network: no goodbye."""
        self.client._sock.close()
        self.client.loop_stop()


# Exactly once, to itself.
one = Client("one")
say("granted", one.subscribe("all/once", 2))
for i in range(10):
    one.publish("all/once", str(i), 2)
say("once", *[one.wait("message").payload.decode() for i in range(10)])

# Two that share.
two = Client("two")
one.subscribe("$share/g/all/jobs", 1)
two.subscribe("$share/g/all/jobs", 1)
for i in range(10):
    one.publish("all/jobs", str(i), 1)
jobs = [int(member.wait("message").payload) for i in range(5) for member in (one, two)]
say("shared", *sorted(jobs))

if version == 5:
    # Topic once, then its alias; properties as they were; an expiry that only shrinks.
    options = SubscribeOptions(qos=1, noLocal=True)
    identifier = Properties(PacketTypes.SUBSCRIBE)
    identifier.SubscriptionIdentifier = 33
    two.client.subscribe("all/rich", options=options, properties=identifier)
    two.wait("subscribe")
    one.publish("all/rich", "a", 1, TopicAlias=2, UserProperty=[("k", "1"), ("k", "2")], ContentType="text/plain",
                ResponseTopic="all/answer", CorrelationData=b"c", MessageExpiryInterval=100, PayloadFormatIndicator=1)
    message = two.wait("message").properties
    say("rich", message.UserProperty, message.ContentType, message.ResponseTopic, message.CorrelationData,
        0 < message.MessageExpiryInterval <= 100, message.PayloadFormatIndicator, message.SubscriptionIdentifier)
    one.publish("", "b", 1, TopicAlias=2)
    say("alias", two.wait("message").payload.decode())
two.end()

# Away in the middle of an exchange: the session goes on where it stood.
lasting = {"SessionExpiryInterval": 600} if version == 5 else {}
away = Client("away", clean=False, **lasting)
away.subscribe("to/m1/#", 2)
away.vanish()
say("vanished")
sys.stdin.readline()
away = Client("away", clean=False, **lasting)
say("back", away.session_present, *[away.wait("message").payload.decode() for i in range(3)])
away.end()
one.end()
