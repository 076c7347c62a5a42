using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>What the customer fills in on the pay page.</summary>
/// <param name="Email">For the receipt; may be empty.</param>
/// <param name="Card">Card number, for <c>card</c>.</param>
/// <param name="Method"><c>card</c> or <c>bank_debit</c>.</param>
/// <param name="Account">Account number, for <c>bank_debit</c>.</param>
/// <param name="Name">Name on the card; may be empty.</param>
internal sealed record PayCheckoutRequest(string? Email, string? Card, string? Method, string? Account, string? Name)
{
    public const string BankDebit = "bank_debit";
}

/// <summary>How paying ended.</summary>
internal abstract record PayCheckoutResult
{
    /// <summary>The customer is done: paid, held, or on its way.</summary>
    public sealed record Done(CheckoutSession Session, string ReturnTo) : PayCheckoutResult;

    /// <summary>Not this way; the customer may try another.</summary>
    public sealed record Refused(string Message, string Code) : PayCheckoutResult;

    /// <summary>The session was paid before, or has expired.</summary>
    public sealed record Closed(CheckoutSession Session) : PayCheckoutResult;
}

/// <summary>The customer presses "Pay".</summary>
internal static class PayCheckout
{
    public static PayCheckoutResult Run(
        Transaction tx, SandboxSettings settings, CheckoutSession session, PayCheckoutRequest request)
    {
        if (session.Status is not SessionStatus.Open) return new PayCheckoutResult.Closed(session);
        if (session.ExpiresAt <= tx.Now)
        {
            CheckoutSessions.Expire(tx, session);
            return new PayCheckoutResult.Closed(session);
        }
        try
        {
            var method = MethodOf(tx, session, request);
            tx.Add(method);
            IdentifyCustomer(tx, session, request);
            if (session.Mode is CheckoutMode.Setup) SaveCard(tx, session, method);
            else if (session.AmountTotal == 0) session.Complete(SessionPaymentStatus.NoPaymentRequired);
            else if (Charge(tx, settings, session, method) is { } refused) return refused;
        }
        catch (StripeException refused) when (refused.Status == 402)
        {
            return new PayCheckoutResult.Refused(refused.Message, refused.Declined?.DeclineCode ?? refused.Code ?? "");
        }
        CountForLink(tx, session);
        tx.Touch(session);
        tx.Emit("checkout.session.completed", session, session.PaymentIntent ?? session.Id);
        return new PayCheckoutResult.Done(session, Returning(session));
    }

    /// <summary>Where the customer goes after paying.</summary>
    public static string Returning(CheckoutSession session) =>
        session.SuccessUrl!.Replace("{CHECKOUT_SESSION_ID}", session.Id, StringComparison.Ordinal);

    private static PaymentMethod MethodOf(Transaction tx, CheckoutSession session, PayCheckoutRequest request)
    {
        var billing = new BillingDetails { Email = request.Email ?? session.CustomerEmail, Name = request.Name };
        if (request.Method is not PayCheckoutRequest.BankDebit)
            return TestInstruments.FromCardNumber(request.Card ?? "4242424242424242", billing, tx.Now);
        if (session.IntentData.CaptureMethod is CaptureMethod.Manual || session.Mode is CheckoutMode.Setup)
        {
            throw new StripeException(402, "card_error", "A bank debit can't be held; please use a card.")
            {
                Code = "payment_method_not_available",
            };
        }
        var type = session.Currency == "eur" ? "sepa_debit" : "us_bank_account";
        return TestInstruments.FromAccountNumber(request.Account ?? "000123456789", type, billing);
    }

    private static void IdentifyCustomer(Transaction tx, CheckoutSession session, PayCheckoutRequest request)
    {
        var email = request.Email ?? session.CustomerEmail;
        if (session.Customer is not null && tx.Find<Customer>(session.Customer) is { } known) email ??= known.Email;
        session.CustomerDetails = new CustomerDetails(email, request.Name);
        tx.Touch(session);
        if (session.CustomerCreation != "always" || session.Customer is not null) return;
        var customer = new Customer
        {
            Id = Ids.Customer(),
            Email = email,
            Name = request.Name,
            InvoicePrefix = Ids.Letters(8).ToUpperInvariant(),
        };
        Customers.Keep(tx, customer);
        session.Customer = customer.Id;
    }

    private static PayCheckoutResult.Refused? Charge(
        Transaction tx, SandboxSettings settings, CheckoutSession session, PaymentMethod method)
    {
        var intent = session.PaymentIntent is { } begun ? tx.Find<PaymentIntent>(begun)!
            : NewIntent(tx, session, method);
        Charging.Attempt(tx, intent, method, settings);
        if (intent.LastPaymentError is { } error)
            return new PayCheckoutResult.Refused(error.Message, error.DeclineCode ?? error.Code);
        session.Complete(intent.Status is IntentStatus.Succeeded
            ? SessionPaymentStatus.Paid : SessionPaymentStatus.Unpaid);
        if (session.Customer is { } customer && intent.SetupFutureUsage is not null)
            PaymentMethods.Attach(tx, method, customer);
        return null;
    }

    private static PaymentIntent NewIntent(Transaction tx, CheckoutSession session, PaymentMethod method)
    {
        var intent = new PaymentIntent
        {
            Amount = session.AmountTotal!.Value,
            CaptureMethod = session.IntentData.CaptureMethod,
            Currency = session.Currency!,
            Customer = session.Customer,
            Description = session.IntentData.Description,
            Metadata = new Dictionary<string, string>(session.IntentData.Metadata),
            PaymentMethodTypes = [.. session.PaymentMethodTypes.Append(method.Type).Distinct(StringComparer.Ordinal)],
            SetupFutureUsage = session.IntentData.SetupFutureUsage,
            StatementDescriptor = session.IntentData.StatementDescriptor,
            StatementDescriptorSuffix = session.IntentData.StatementDescriptorSuffix,
            TransferGroup = session.IntentData.TransferGroup,
            Session = session.Id,
        };
        PaymentIntents.Open(tx, intent);
        session.PaymentIntent = intent.Id;
        return intent;
    }

    private static void SaveCard(Transaction tx, CheckoutSession session, PaymentMethod method)
    {
        var setup = session.SetupIntent is { } begun ? tx.Find<SetupIntent>(begun)! : new SetupIntent
        {
            Customer = session.Customer,
            AutomaticPaymentMethods = new Switch(Enabled: true),
        };
        if (session.SetupIntent is null) SetupIntents.Open(tx, setup);
        session.SetupIntent = setup.Id;
        SetupIntents.Save(tx, setup, method);
        session.Complete(SessionPaymentStatus.NoPaymentRequired);
    }

    private static void CountForLink(Transaction tx, CheckoutSession session)
    {
        if (session.PaymentLink is not { } id
            || tx.Find<PaymentLink>(id) is not { Restrictions: { } most } link) return;
        link.Restrictions = new Restrictions(most.CompletedSessions with { Count = most.CompletedSessions.Count + 1 });
        tx.Touch(link);
    }
}
