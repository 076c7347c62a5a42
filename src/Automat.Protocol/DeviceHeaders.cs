namespace Automat.Protocol;

/// <summary>The names of the HTTP headers that sign a request.</summary>
public static class DeviceHeaders
{
    /// <summary>The device's id.</summary>
    public const string Device = "X-Automat-Device";

    /// <summary>When it was signed: Unix seconds, digits only.</summary>
    public const string Timestamp = "X-Automat-Timestamp";

    /// <summary>A UUID no other request of this device carries.</summary>
    public const string Nonce = "X-Automat-Nonce";

    /// <summary>The signature: 64 lower-case hexadecimal digits.</summary>
    public const string Signature = "X-Automat-Signature";

    /// <summary>In an answer: the server's time in Unix seconds, so that a device can set its clock.</summary>
    public const string Time = "X-Automat-Time";
}
