namespace Automat.Server.Push;

/// <summary>What a page's script is told about a device.</summary>
/// <param name="Key">What the browser is to let push with, base64url.</param>
/// <param name="Following">Whether the device is told.</param>
internal sealed record DeviceAnswer(string Key, bool Following);
