using System.Text.Json.Serialization;

namespace Automat.StripeSandbox.Wire;

/// <summary>When the money is taken: at once, or held until captured.</summary>
internal enum CaptureMethod { Automatic, AutomaticAsync, Manual }

/// <summary>Life of a payment; see <see cref="PaymentIntent.After"/>.</summary>
internal enum IntentStatus
{
    /// <summary>Waits for a payment method, or the last one was declined.</summary>
    RequiresPaymentMethod,

    /// <summary>Has a payment method, waits for the word to go.</summary>
    RequiresConfirmation,

    /// <summary>A delayed method: the bank has not answered yet.</summary>
    Processing,

    /// <summary>The money is held, not taken.</summary>
    RequiresCapture,

    /// <summary>The money is taken.</summary>
    Succeeded,

    /// <summary>Given up; nothing is held.</summary>
    Canceled,
}

internal sealed class PaymentIntent : StripeObject
{
    public override string Object => "payment_intent";
    public long Amount { get; set; }
    public long AmountCapturable { get; set; }
    public AmountDetails AmountDetails => new();
    public long AmountReceived { get; set; }
    public string? Application => null;
    public long? ApplicationFeeAmount => null;
    public Switch? AutomaticPaymentMethods { get; set; }
    public long? CanceledAt { get; set; }
    public string? CancellationReason { get; set; }
    public CaptureMethod CaptureMethod { get; set; }
    public string ClientSecret { get; set; } = "";
    public string ConfirmationMethod { get; set; } = "automatic";
    public string Currency { get; set; } = "";
    public string? Customer { get; set; }
    public string? CustomerAccount => null;
    public string? Description { get; set; }
    public object? ExcludedPaymentMethodTypes => null;
    public PaymentError? LastPaymentError { get; set; }
    public string? LatestCharge { get; set; }
    public bool Livemode => false;
    public Switch ManagedPayments => new();
    public Dictionary<string, string> Metadata { get; set; } = [];
    public object? NextAction => null;
    public string? OnBehalfOf => null;
    public string? PaymentMethod { get; set; }
    public object? PaymentMethodConfigurationDetails => null;
    public Nothing PaymentMethodOptions => Nothing.Set;
    public IReadOnlyList<string> PaymentMethodTypes { get; set; } = ["card"];
    public object? Processing => null;
    public string? ReceiptEmail { get; set; }
    public string? Review => null;
    public string? SetupFutureUsage { get; set; }
    public object? Shipping => null;
    public string? Source => null;
    public string? StatementDescriptor { get; set; }
    public string? StatementDescriptorSuffix { get; set; }

    [JsonInclude]
    public IntentStatus Status { get; private set; }

    public object? TransferData => null;
    public string? TransferGroup { get; set; }

    /// <summary>The checkout session this pays, if any.</summary>
    [SandboxOnly]
    public string? Session { get; set; }

    /// <summary>When a delayed payment settles or a hold lapses by itself.</summary>
    [SandboxOnly]
    public long? ChangesAt { get; set; }

    internal override long? DueAt =>
        Status is IntentStatus.Processing or IntentStatus.RequiresCapture ? ChangesAt : null;

#pragma warning disable CS8524 // A number that names no status is a bug and shall throw.
    /// <summary>Where each status may lead.</summary>
    public static IReadOnlyList<IntentStatus> After(IntentStatus status) => status switch
    {
        IntentStatus.RequiresPaymentMethod =>
            [IntentStatus.RequiresConfirmation, IntentStatus.Processing, IntentStatus.RequiresCapture,
             IntentStatus.Succeeded, IntentStatus.Canceled],
        IntentStatus.RequiresConfirmation =>
            [IntentStatus.RequiresPaymentMethod, IntentStatus.Processing, IntentStatus.RequiresCapture,
             IntentStatus.Succeeded, IntentStatus.Canceled],
        IntentStatus.Processing => [IntentStatus.Succeeded, IntentStatus.RequiresPaymentMethod],
        IntentStatus.RequiresCapture => [IntentStatus.Succeeded, IntentStatus.Canceled],
        IntentStatus.Succeeded => [],
        IntentStatus.Canceled => [],
    };
#pragma warning restore CS8524

    /// <summary>Moves along the table; callers answer Stripe's error before they come here.</summary>
    public void Become(IntentStatus next)
    {
        if (next == Status) return;
        if (!After(Status).Contains(next))
            throw new InvalidOperationException($"{Id} is {Status}; it cannot become {next}.");
        Status = next;
    }
}

internal sealed record AmountDetails
{
    public Nothing Tip => Nothing.Set;
}

/// <summary>Why the last attempt failed, as in an error answer.</summary>
internal sealed record PaymentError(string Type, string Code, string Message)
{
    public string? Charge { get; init; }
    public string? DeclineCode { get; init; }
    public string? DocUrl => "https://stripe.com/docs/error-codes/" + Code.Replace('_', '-');
    public PaymentMethod? PaymentMethod { get; init; }
}
