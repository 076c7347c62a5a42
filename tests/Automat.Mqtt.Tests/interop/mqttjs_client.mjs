// Speaks to the broker with MQTT.js. Prints one line per step; the test reads them.
// Arguments: port, protocol version (4 or 5), "ws" to come by WebSocket. Identity m1, password "secret".
import mqtt from 'mqtt';

const [port, version] = process.argv.slice(2).map(Number);
const say = (...words) => console.log(words.join(' '));

const address = process.argv[4] === 'ws' ? `ws://127.0.0.1:${port}/mqtt` : `mqtt://127.0.0.1:${port}`;
const client = await mqtt.connectAsync(address, {
  protocolVersion: version,
  clientId: 'mqttjs',
  username: 'm1',
  password: 'secret',
  keepalive: 30,
  connectTimeout: 10_000,
  will: { topic: 'from/m1/status', payload: 'offline', qos: 1, retain: false },
});
say('connected');

client.on('message', (topic, payload, packet) => {
  say('message', topic, payload.toString(), packet.qos, packet.properties?.contentType ?? '-');
});

const granted = await client.subscribeAsync({ 'to/m1/#': { qos: 1 }, 'all/#': { qos: 0 } });
say('granted', ...granted.map((g) => g.qos));
await client.publishAsync('from/m1/report', 'one', { qos: 1 });
say('acknowledged');
await client.publishAsync('all/x', 'to myself', { qos: 1, properties: { contentType: 'text/plain' } });
say('ready');

process.stdin.once('data', async () => {
  await client.endAsync();
  say('ended');
  process.exit(0);
});
