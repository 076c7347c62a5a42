using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>The API of checkout sessions.</summary>
internal static class CheckoutSessions
{
    public static CheckoutSession Create(ApiCall call)
    {
        var p = call.Params;
        p.Knows("mode", "line_items", "success_url", "cancel_url", "client_reference_id", "customer", "customer_email",
            "customer_creation", "expires_at", "locale", "metadata", "payment_intent_data", "setup_intent_data",
            "payment_method_types", "payment_method_options", "currency", "submit_type", "ui_mode", "automatic_tax",
            "billing_address_collection", "phone_number_collection", "payment_method_collection", "invoice_creation",
            "allow_promotion_codes", "custom_text", "consent_collection", "adaptive_pricing");
        var mode = p.OneOf("mode", "payment", "setup") ?? throw StripeException.Missing("mode");
        p.OneOf("ui_mode", "hosted", "hosted_page");
        var customer = call.Tx.Referred<Customer>(p, "customer", "customer");
        if (customer is not null && p.Text("customer_email") is not null)
            throw StripeException.Invalid("You may only specify one of these parameters: customer, customer_email.");
        var session = new CheckoutSession
        {
            Id = Ids.Session(),
            CancelUrl = p.Address("cancel_url"),
            ClientReferenceId = p.Text("client_reference_id", 200),
            Customer = customer?.Id,
            CustomerCreation = p.OneOf("customer_creation", "always", "if_required")
                ?? (mode == "payment" && customer is null ? "if_required" : null),
            CustomerEmail = Email(p),
            ExpiresAt = Expiry(p, call.Tx.Now),
            IntentData = IntentData(p),
            Locale = p.Text("locale", 16),
            Metadata = p.Metadata(),
            Mode = mode == "setup" ? CheckoutMode.Setup : CheckoutMode.Payment,
            PaymentMethodTypes = p.Words("payment_method_types") is { Count: > 0 } types ? types : ["card"],
            SubmitType = p.OneOf("submit_type", "auto", "book", "donate", "pay"),
            SuccessUrl = p.Address("success_url") ?? throw StripeException.Missing("success_url"),
        };
        Price(call, session);
        return Open(call, session);
    }

    public static CheckoutSession Retrieve(ApiCall call) =>
        call.Tx.Get<CheckoutSession>(call.Id, "checkout.session", "session");

    public static CheckoutSession Update(ApiCall call)
    {
        call.Params.Knows("metadata");
        var session = Retrieve(call);
        call.Params.UpdateMetadata(session.Metadata);
        call.Tx.Touch(session);
        return session;
    }

    public static StripeList<CheckoutSession> List(ApiCall call)
    {
        call.Params.Knows("limit", "starting_after", "ending_before", "created", "payment_intent", "payment_link",
            "status", "customer", "customer_details");
        var (intent, link) = (call.Params.Text("payment_intent"), call.Params.Text("payment_link"));
        var customer = call.Params.Text("customer");
        SessionStatus? status = call.Params.OneOf("status", "open", "complete", "expired") is { } word
            ? Enum.Parse<SessionStatus>(word, ignoreCase: true) : null;
        return Listing.Page<CheckoutSession>(call, "/v1/checkout/sessions", session =>
            (intent is null || session.PaymentIntent == intent) && (link is null || session.PaymentLink == link)
            && (customer is null || session.Customer == customer) && (status is null || session.Status == status));
    }

    public static StripeList<LineItem> ListLineItems(ApiCall call) =>
        Listing.Page(call, $"/v1/checkout/sessions/{call.Id}/line_items", Retrieve(call).LineItems);

    public static CheckoutSession Expire(ApiCall call)
    {
        var session = Retrieve(call);
        if (session.Status is SessionStatus.Open)
        {
            Expire(call.Tx, session);
            return session;
        }
        throw StripeException.Invalid("Only Checkout Sessions with a status in [\"open\"] can be expired. This "
            + $"Checkout Session has a status of {session.Status.ToString().ToLowerInvariant()}.");
    }

    /// <summary>Closes an open session for good; a payment begun on it is given up.</summary>
    public static void Expire(Transaction tx, CheckoutSession session)
    {
        session.Expire();
        tx.Touch(session);
        if (session.PaymentIntent is { } id && tx.Find<PaymentIntent>(id) is
            { Status: IntentStatus.RequiresPaymentMethod or IntentStatus.RequiresConfirmation } begun)
        {
            Charging.Cancel(tx, begun, "abandoned");
        }
        tx.Emit("checkout.session.expired", session, session.Id);
    }

    /// <summary>Puts a session up: totals, pay page, kept.</summary>
    public static CheckoutSession Open(ApiCall call, CheckoutSession session)
    {
        session.Url = $"{call.Settings.PublicUrl}/c/pay/{session.Id}";
        if (session.Mode is CheckoutMode.Payment)
        {
            session.AmountSubtotal = session.AmountTotal = LineItems.Total(session.LineItems);
            session.Currency = session.LineItems[0].Currency;
        }
        if (session.CustomerEmail is not null) session.CustomerDetails = new CustomerDetails(session.CustomerEmail);
        session.PaymentStatus = session.Mode is CheckoutMode.Setup || session.AmountTotal == 0
            ? SessionPaymentStatus.NoPaymentRequired : SessionPaymentStatus.Unpaid;
        return call.Tx.Add(session);
    }

    /// <summary>What the payment shall look like.</summary>
    public static IntentTemplate IntentData(StripeParams p)
    {
        if (p.Child("payment_intent_data") is not { } data) return new IntentTemplate();
        data.Knows("capture_method", "description", "metadata", "receipt_email", "setup_future_usage", "shipping",
            "statement_descriptor", "statement_descriptor_suffix", "transfer_group");
        return new IntentTemplate
        {
            CaptureMethod = PaymentIntents.CaptureOf(data),
            Description = data.Text("description", 1000),
            Metadata = data.Metadata(),
            SetupFutureUsage = data.OneOf("setup_future_usage", "off_session", "on_session"),
            StatementDescriptor = data.Text("statement_descriptor", 22),
            StatementDescriptorSuffix = data.Text("statement_descriptor_suffix", 22),
            TransferGroup = data.Text("transfer_group"),
        };
    }

    private static void Price(ApiCall call, CheckoutSession session)
    {
        if (session.Mode is CheckoutMode.Payment)
        {
            session.LineItems = LineItems.Read(call.Tx, call.Params);
            return;
        }
        if (call.Params.Has("line_items"))
            throw StripeException.Invalid("You can not pass `line_items` in `setup` mode.", "line_items");
        session.Currency = call.Params.Has("currency") ? Currencies.Required(call.Params) : null;
    }

    private static string? Email(StripeParams p)
    {
        if (p.Text("customer_email", 800) is not { } email) return null;
        return email.IndexOf('@', StringComparison.Ordinal) > 0 ? email
            : throw StripeException.Invalid($"Invalid email address: {email}", "customer_email", "email_invalid");
    }

    private static long Expiry(StripeParams p, long now)
    {
        var longest = now + (long)Limits.SessionLife.TotalSeconds;
        if (p.Integer("expires_at") is not { } asked) return longest;
        if (asked > longest)
        {
            throw StripeException.Invalid("The `expires_at` timestamp must be less than 24 hours from Checkout Session "
                + "creation.", "expires_at");
        }
        if (asked >= now + (long)Limits.ShortestSession.TotalSeconds) return asked;
        throw StripeException.Invalid(
            "The `expires_at` timestamp must be at least 1 minute from Checkout Session creation.", "expires_at");
    }
}
