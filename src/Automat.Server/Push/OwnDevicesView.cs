namespace Automat.Server.Push;

/// <summary>The devices that are told of an account's orders.</summary>
/// <param name="Devices">The newest first.</param>
public sealed record OwnDevicesView(IReadOnlyList<OwnDeviceView> Devices)
{
    /// <summary>Key of what was done.</summary>
    public string? Done { get; init; }
}

/// <summary>One device.</summary>
/// <param name="Id">Names it in the form that forgets it.</param>
/// <param name="CreatedAt">When it was named.</param>
/// <param name="TakenAt">When it was last told something; null for never.</param>
public sealed record OwnDeviceView(string Id, DateTimeOffset CreatedAt, DateTimeOffset? TakenAt);
