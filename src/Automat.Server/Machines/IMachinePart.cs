using Microsoft.AspNetCore.Components;

namespace Automat.Server.Machines;

/// <summary>
/// A part of a machine's page that another module knows about: its sales, its temperatures, what it was told. The page asks
/// whoever registered for theirs, so that machines need not know who looks at them.
/// </summary>
public interface IMachinePart
{
    /// <summary>Where it stands among the parts; the lowest first.</summary>
    int Order { get; }

    /// <summary>The part, for somebody who may see the machine; null where there is nothing to show, or not to this reader.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="reader">Who looks.</param>
    /// <param name="ct">Gives up.</param>
    Task<MachinePart?> ShowAsync(Machine machine, HttpContext reader, CancellationToken ct);
}

/// <summary>A part of a machine's page.</summary>
/// <param name="Id">Its id in the page, such as <c>sales</c>.</param>
/// <param name="Title">Its heading, in the reader's language.</param>
/// <param name="Content">What stands in it; headings begin at the third level.</param>
public sealed record MachinePart(string Id, string Title, RenderFragment Content)
{
    /// <summary>A part that is a component, which takes its content as the parameter <c>View</c>.</summary>
    /// <typeparam name="TComponent">The component.</typeparam>
    /// <param name="id">Its id in the page.</param>
    /// <param name="title">Its heading.</param>
    /// <param name="view">Its view model.</param>
    public static MachinePart Of<TComponent>(string id, string title, object view)
        where TComponent : IComponent => new(id, title, builder =>
        {
            builder.OpenComponent<TComponent>(0);
#pragma warning disable MA0115 // The summary says what the component has to take.
            builder.AddComponentParameter(1, "View", view);
#pragma warning restore MA0115
            builder.CloseComponent();
        });
}

/// <summary>Where machines find this server; known once it runs.</summary>
/// <param name="Mqtt">The port of MQTT.</param>
/// <param name="MqttTls">The port of MQTT with TLS; null where there is none.</param>
/// <param name="Robots">The port robots connect to.</param>
public sealed record MachinePorts(Func<int> Mqtt, Func<int?> MqttTls, Func<int> Robots);
