// Drives the sandbox with Stripe's own client for Node and fails loudly where the two disagree.
// Arguments: port, secret key, webhook secret. Reads received webhooks (one JSON line each:
// {"signature": …, "body": …}) from the standard input once the calls are done and it has printed "calls done".
import assert from 'node:assert/strict';
import readline from 'node:readline';
import Stripe from 'stripe';

const [port, key, webhookSecret] = process.argv.slice(2);
const stripe = new Stripe(key, { host: '127.0.0.1', port: Number(port), protocol: 'http', maxNetworkRetries: 0 });
const stranger = new Stripe('sk_test_wrong', { host: '127.0.0.1', port: Number(port), protocol: 'http' });

async function fails(call, type, expected) {
  const error = await call().then(() => assert.fail('should have failed'), (e) => e);
  assert.equal(error.type, type, error.message);
  for (const [name, value] of Object.entries(expected)) assert.equal(error[name], value, `${name}: ${error.message}`);
}

const sold = {
  mode: 'payment',
  line_items: [{ price_data: { currency: 'eur', unit_amount: 250, product_data: { name: 'Pie' } }, quantity: 2 }],
  success_url: 'http://shop.example/ok?s={CHECKOUT_SESSION_ID}',
  metadata: { machine_id: 'm-1' },
};

const session = await stripe.checkout.sessions.create(sold, { idempotencyKey: 'node-1' });
const again = await stripe.checkout.sessions.create(sold, { idempotencyKey: 'node-1' });
assert.equal(again.id, session.id);
assert.equal(again.lastResponse.headers['idempotent-replayed'], 'true');
await fails(() => stripe.checkout.sessions.create({ ...sold, locale: 'de' }, { idempotencyKey: 'node-1' }),
  'StripeIdempotencyError', { statusCode: 400 });
assert.match(session.id, /^cs_test_/);
assert.equal(session.amount_total, 500);

const page = await fetch(session.url, {
  method: 'POST', redirect: 'manual', body: new URLSearchParams({ card: '4242 4242 4242 4242', email: 'a@b.example' }),
});
assert.equal(page.status, 303);
const paid = await stripe.checkout.sessions.retrieve(session.id, {
  expand: ['payment_intent.latest_charge', 'line_items'],
});
assert.equal(paid.payment_status, 'paid');
assert.equal(paid.payment_intent.latest_charge.amount, 500);
assert.equal(paid.line_items.data[0].description, 'Pie');
assert.equal((await stripe.checkout.sessions.listLineItems(session.id)).data[0].quantity, 2);

const refund = await stripe.refunds.create({ payment_intent: paid.payment_intent.id, amount: 200 });
assert.equal(refund.status, 'succeeded');
await fails(() => stripe.refunds.create({ payment_intent: paid.payment_intent.id, amount: 301 }),
  'StripeInvalidRequestError', { param: 'amount' });
await stripe.refunds.create({ payment_intent: paid.payment_intent.id });
await fails(() => stripe.refunds.create({ payment_intent: paid.payment_intent.id }),
  'StripeInvalidRequestError', { code: 'charge_already_refunded' });

const product = await stripe.products.create({ name: 'Credit' });
const price = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 100 });
const link = await stripe.paymentLinks.create({
  line_items: [{ price: price.id, quantity: 1 }], metadata: { machine_id: 'arcade-7' },
});
assert.match(link.id, /^plink_/);
assert.equal((await stripe.paymentLinks.update(link.id, { active: false })).active, false);

const held = await stripe.paymentIntents.create({
  amount: 1000, currency: 'usd', capture_method: 'manual', confirm: true, payment_method: 'pm_card_visa',
});
assert.equal(held.status, 'requires_capture');
await fails(() => stripe.paymentIntents.capture(held.id, { amount_to_capture: 1001 }),
  'StripeInvalidRequestError', { param: 'amount_to_capture' });
const captured = await stripe.paymentIntents.capture(held.id, { amount_to_capture: 700 });
assert.equal(captured.amount_received, 700);
await fails(() => stripe.paymentIntents.cancel(held.id),
  'StripeInvalidRequestError', { code: 'payment_intent_unexpected_state' });
await fails(() => stripe.paymentIntents.create({
  amount: 1000, currency: 'usd', confirm: true, payment_method: 'pm_card_chargeDeclinedInsufficientFunds',
}), 'StripeCardError', { code: 'card_declined', decline_code: 'insufficient_funds', statusCode: 402 });

await fails(() => stripe.checkout.sessions.create({ mode: 'payment' }), 'StripeInvalidRequestError',
  { param: 'success_url' });
await fails(() => stripe.paymentIntents.retrieve('pi_nothing'), 'StripeInvalidRequestError',
  { code: 'resource_missing', statusCode: 404 });
await fails(() => stranger.balance.retrieve(), 'StripeAuthenticationError', { statusCode: 401 });

const customer = await stripe.customers.create({ email: 'c@d.example', metadata: { a: 'b' } });
const method = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
await stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
const setup = await stripe.setupIntents.create({ customer: customer.id, payment_method: method.id, confirm: true });
assert.equal(setup.status, 'succeeded');

for (let i = 0; i < 7; i++) await stripe.customers.create({ name: `n${i}` });
const seen = [];
for await (const one of stripe.customers.list({ limit: 3 })) seen.push(one.id);
assert.equal(seen.length, 8);
assert.equal(new Set(seen).size, 8);
assert.equal((await stripe.events.list({ type: 'customer.created', limit: 100 })).data.length, 8);
assert.equal((await stripe.balance.retrieve()).available.find((a) => a.currency === 'usd').amount, 700);
assert.ok((await stripe.balanceTransactions.list()).data.length >= 3);

console.log('calls done');
let checked = 0;
for await (const line of readline.createInterface({ input: process.stdin })) {
  const { signature, body } = JSON.parse(line);
  const event = stripe.webhooks.constructEvent(body, signature, webhookSecret);
  assert.match(event.id, /^evt_/);
  assert.throws(() => stripe.webhooks.constructEvent(body + ' ', signature, webhookSecret));
  checked++;
}
assert.ok(checked > 0);
console.log(`webhooks verified: ${checked}`);
