namespace Automat.Protocol;

/// <summary>
/// The MQTT topics of one machine, <c>automat/v1/{machine}/…</c>. A machine reads the first group and writes the second, and
/// nothing of any other machine.
/// </summary>
/// <param name="Machine">The machine's id, which is its user name too.</param>
public readonly record struct DeviceTopics(string Machine)
{
    private const string Root = "automat/v1/";

    /// <summary>To the machine: a <see cref="DeviceCommand"/> to carry out, QoS 1.</summary>
    public string Commands => Of("commands");

    /// <summary>To the machine: its <see cref="DeviceConfig"/>, retained, whenever it changes.</summary>
    public string Config => Of("config");

    /// <summary>To the machine: a <see cref="DeviceReply"/> to one of its requests, events or states, QoS 1.</summary>
    public string Replies => Of("replies");

    /// <summary>From the machine: an <see cref="Acknowledgement"/>, QoS 1.</summary>
    public string Acknowledgements => Of("acknowledgements");

    /// <summary>From the machine: an <see cref="EventBatch"/>, QoS 1.</summary>
    public string Events => Of("events");

    /// <summary>From the machine: a <see cref="Heartbeat"/>.</summary>
    public string State => Of("state");

    /// <summary>From the machine: a <see cref="DeviceRequest"/>, such as a reserve, QoS 1.</summary>
    public string Requests => Of("requests");

    private string Of(string name) => $"{Root}{Machine}/{name}";
}
