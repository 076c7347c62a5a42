using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>Moves an intent's money: takes it, holds it, waits for the bank, or is declined.</summary>
internal static class Charging
{
    /// <summary>One attempt; the intent's status says how it went. A decline leaves a failed charge.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="intent">The payment.</param>
    /// <param name="method">What it is paid with.</param>
    /// <param name="settings">The sandbox's settings.</param>
    /// <param name="offSession">Whether the customer is not there to answer their bank.</param>
    public static Charge Attempt(Transaction tx, PaymentIntent intent, PaymentMethod method, SandboxSettings settings, bool offSession = false)
    {
        var charge = tx.Add(NewCharge(tx, intent, method));
        charge.ReceiptUrl = $"{settings.PublicUrl}/receipts/{charge.Id}";
        intent.PaymentMethod = method.Id;
        intent.LatestCharge = charge.Id;
        intent.LastPaymentError = null;
        tx.Touch(intent);
        switch (method.Behaviour)
        {
            case Behaviour.AsksCustomer when offSession:
                Fail(tx, intent, charge, "authentication_required",
                    "Your card was declined. This transaction requires authentication.", "authentication_required");
                break;
            case Behaviour.Declines:
                Decline(tx, intent, charge, method);
                break;
            case Behaviour.PaysLater or Behaviour.FailsLater:
                WaitForBank(tx, intent, charge, settings);
                break;
            case Behaviour.Pays or Behaviour.RefundPends or Behaviour.RefundFails or Behaviour.AsksCustomer:
                Accept(tx, intent, charge);
                break;
            default:
                throw new InvalidOperationException($"A test instrument has no behaviour {method.Behaviour}.");
        }
        return charge;
    }

    /// <summary>The bank's answer to a delayed payment.</summary>
    public static void Settle(Transaction tx, PaymentIntent intent, bool paid)
    {
        var charge = tx.Find<Charge>(intent.LatestCharge!)!;
        intent.ChangesAt = null;
        if (paid)
        {
            Take(tx, intent, charge, charge.Amount);
            tx.Emit("charge.succeeded", charge, intent.Id);
            tx.Emit("payment_intent.succeeded", intent, intent.Id);
            return;
        }
        Fail(tx, intent, charge, "payment_method_provider_decline",
            "The customer's bank refused the debit.", decline: null);
    }

    /// <summary>Takes a held amount or less; what is not taken goes back to the customer.</summary>
    public static void Capture(Transaction tx, PaymentIntent intent, long amount)
    {
        var charge = tx.Find<Charge>(intent.LatestCharge!)!;
        intent.ChangesAt = null;
        Take(tx, intent, charge, amount);
        tx.Emit("charge.captured", charge, intent.Id);
        tx.Emit("payment_intent.succeeded", intent, intent.Id);
    }

    /// <summary>Gives an intent up; a hold is released, which Stripe reports as a refunded charge.</summary>
    public static void Cancel(Transaction tx, PaymentIntent intent, string? reason)
    {
        if (intent.Status is IntentStatus.RequiresCapture && tx.Find<Charge>(intent.LatestCharge!) is { } held)
        {
            (held.AmountRefunded, held.Refunded) = (held.Amount, true);
            tx.Touch(held);
            tx.Emit("charge.refunded", held, intent.Id);
        }
        intent.Become(IntentStatus.Canceled);
        (intent.AmountCapturable, intent.CanceledAt, intent.CancellationReason) = (0, tx.Now, reason);
        tx.Touch(intent);
        tx.Emit("payment_intent.canceled", intent, intent.Id);
    }

    private static void Accept(Transaction tx, PaymentIntent intent, Charge charge)
    {
        if (intent.CaptureMethod is not CaptureMethod.Manual)
        {
            Take(tx, intent, charge, charge.Amount);
            tx.Emit("charge.succeeded", charge, intent.Id);
            tx.Emit("payment_intent.succeeded", intent, intent.Id);
            return;
        }
        intent.ChangesAt = tx.Now + (long)Limits.HoldLife.TotalSeconds;
        (charge.Status, charge.Paid) = (ChargeStatus.Succeeded, true);
        charge.PaymentMethodDetails = charge.PaymentMethodDetails! with
        {
            Card = charge.PaymentMethodDetails.Card! with { CaptureBefore = intent.ChangesAt },
        };
        intent.Become(IntentStatus.RequiresCapture);
        intent.AmountCapturable = charge.Amount;
        tx.Emit("charge.succeeded", charge, intent.Id);
        tx.Emit("payment_intent.amount_capturable_updated", intent, intent.Id);
    }

    private static void Take(Transaction tx, PaymentIntent intent, Charge charge, long amount)
    {
        (charge.Status, charge.Paid, charge.Captured) = (ChargeStatus.Succeeded, true, true);
        charge.AmountCaptured = amount;
        charge.AmountRefunded = charge.Amount - amount;
        charge.BalanceTransaction = Ledger.Book(
            tx, "charge", "charge", amount, charge.Currency, charge.Id, charge.Description).Id;
        intent.Become(IntentStatus.Succeeded);
        (intent.AmountReceived, intent.AmountCapturable) = (amount, 0);
        tx.Touch(charge);
        tx.Touch(intent);
    }

    private static void WaitForBank(Transaction tx, PaymentIntent intent, Charge charge, SandboxSettings settings)
    {
        charge.Status = ChargeStatus.Pending;
        intent.Become(IntentStatus.Processing);
        intent.ChangesAt = tx.Now + settings.SettleDelayedAfter;
        tx.Emit("charge.pending", charge, intent.Id);
        tx.Emit("payment_intent.processing", intent, intent.Id);
    }

    private static void Decline(Transaction tx, PaymentIntent intent, Charge charge, PaymentMethod method)
    {
        var decline = method.DeclineCode ?? "generic_decline";
        var (code, message) = TestInstruments.Explain(decline);
        Fail(tx, intent, charge, code, message, decline);
    }

    private static void Fail(
        Transaction tx, PaymentIntent intent, Charge charge, string code, string message, string? decline)
    {
        var method = tx.Find<PaymentMethod>(charge.PaymentMethod!);
        (charge.Status, charge.Paid) = (ChargeStatus.Failed, false);
        (charge.FailureCode, charge.FailureMessage) = (code, message);
        charge.Outcome = new Outcome
        {
            AdviceCode = "try_again_later",
            NetworkStatus = "declined_by_network",
            NetworkDeclineCode = "01",
            Reason = decline ?? code,
            SellerMessage = "The bank did not return any further details with this decline.",
            Type = "issuer_declined",
        };
        intent.Become(IntentStatus.RequiresPaymentMethod);
        intent.PaymentMethod = null;
        intent.LastPaymentError = new PaymentError("card_error", code, message)
        {
            Charge = charge.Id,
            DeclineCode = decline,
            PaymentMethod = method,
        };
        tx.Touch(charge);
        tx.Touch(intent);
        tx.Emit("charge.failed", charge, intent.Id);
        tx.Emit("payment_intent.payment_failed", intent, intent.Id);
    }

    private static Charge NewCharge(Transaction tx, PaymentIntent intent, PaymentMethod method) => new()
    {
        Id = Ids.Of("ch"),
        Amount = intent.Amount,
        BillingDetails = method.BillingDetails,
        CalculatedStatementDescriptor = "SANDBOX",
        Currency = intent.Currency,
        Customer = intent.Customer,
        Description = intent.Description,
        Metadata = new Dictionary<string, string>(intent.Metadata),
        Outcome = new Outcome
        {
            NetworkStatus = "approved_by_network",
            SellerMessage = "Payment complete.",
        },
        PaymentIntent = intent.Id,
        PaymentMethod = method.Id,
        PaymentMethodDetails = Details(method, intent.Amount),
        ReceiptEmail = intent.ReceiptEmail,
        StatementDescriptor = intent.StatementDescriptor,
        StatementDescriptorSuffix = intent.StatementDescriptorSuffix,
        TransferGroup = intent.TransferGroup,
        Created = tx.Now,
    };

    private static ChargeMethodDetails Details(PaymentMethod method, long amount) => new(method.Type)
    {
        Card = method.Card is not { } card ? null : new ChargeCard
        {
            AmountAuthorized = amount,
            Brand = card.Brand,
            ExpMonth = card.ExpMonth,
            ExpYear = card.ExpYear,
            Fingerprint = card.Fingerprint,
            Funding = card.Funding,
            Last4 = card.Last4,
            Network = card.Brand,
        },
        SepaDebit = method.SepaDebit,
        UsBankAccount = method.UsBankAccount,
    };
}
