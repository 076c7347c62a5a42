namespace Automat.StripeSandbox.Wire;

internal enum SetupStatus { RequiresPaymentMethod, RequiresConfirmation, Succeeded, Canceled }

/// <summary>Saving a payment method without charging it.</summary>
internal sealed class SetupIntent : StripeObject
{
    public override string Object => "setup_intent";
    public string? Application => null;
    public Switch? AutomaticPaymentMethods { get; set; }
    public string? CancellationReason { get; set; }
    public string ClientSecret { get; set; } = "";
    public string? Customer { get; set; }
    public string? Description { get; set; }
    public object? ExcludedPaymentMethodTypes => null;
    public object? FlowDirections => null;
    public PaymentError? LastSetupError { get; set; }
    public string? LatestAttempt => null;
    public bool Livemode => false;
    public string? Mandate => null;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public object? NextAction => null;
    public string? OnBehalfOf => null;
    public string? PaymentMethod { get; set; }
    public object? PaymentMethodConfigurationDetails => null;
    public Nothing PaymentMethodOptions => Nothing.Set;
    public IReadOnlyList<string> PaymentMethodTypes { get; set; } = ["card"];
    public string? SingleUseMandate => null;
    public SetupStatus Status { get; set; }
    public string Usage { get; set; } = "off_session";
}
