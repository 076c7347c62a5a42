using System.Collections.Frozen;
using Automat.Domain;

namespace Automat.Server.Machines;

/// <summary>The drivers by name. A machine whose driver is not there yet answers "not connected yet".</summary>
public sealed class DriverRegistry(IEnumerable<IMachineDriver> drivers)
{
    private readonly FrozenDictionary<string, IMachineDriver> all =
        drivers.ToFrozenDictionary(d => d.Name, StringComparer.Ordinal);

    /// <summary>The driver of a machine; null when this server has none of that name.</summary>
    public IMachineDriver? Of(Machine machine) => all.GetValueOrDefault(machine.Driver);

    /// <summary>A driver by its name; null when this server has none of it.</summary>
    internal IMachineDriver? Named(string name) => all.GetValueOrDefault(name);

    /// <summary>What drivers this server has.</summary>
    public IEnumerable<string> Names => all.Keys.Order(StringComparer.Ordinal);

    /// <summary>Drivers of machines where web orders are collected.</summary>
    public IReadOnlyList<string> WithCodes { get; } =
        [.. drivers.Where(d => d.UsesCodes).Select(d => d.Name).Order(StringComparer.Ordinal)];

    /// <summary>Drivers of places to which there is no line: they are never offline.</summary>
    public IReadOnlyList<string> WithoutLine { get; } = [.. drivers.Where(d => !d.HasLine).Select(d => d.Name)];

    /// <summary>Why a machine cannot take a sale now, in a stable word; null when it can. Asked before any money moves.</summary>
    public string? WhyNotReady(Machine machine) => machine.State switch
    {
        MachineState.Active => Of(machine) is { } driver ? driver.WhyNotReady(machine) : "not_connected_yet",
        MachineState.OutOfService => "out_of_service",
        MachineState.Retired => "retired",
    };

    /// <summary>Why a ready machine cannot deliver just this, in a stable word; null when it can. Asked before any money moves.</summary>
    public string? WhyNotDeliver(Machine machine, int pieces, Money price) => Of(machine)?.WhyNotDeliver(machine, pieces, price);

    /// <summary>What a sale on the machine needs.</summary>
    /// <exception cref="RuleException"><c>not_connected_yet</c> when this server has no such driver.</exception>
    public DeliveryTerms TermsOf(Machine machine) => Of(machine)?.TermsOf(machine)
        ?? throw new RuleException("not_connected_yet", $"{machine.Name} is not connected yet.");
}
