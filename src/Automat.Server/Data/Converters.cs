using Automat.Domain;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Automat.Server.Data;

internal sealed class MachineIdConverter() : ValueConverter<MachineId, string>(id => id.Value, s => MachineId.Parse(s));

internal sealed class CurrencyConverter() : ValueConverter<Currency, string>(c => c.Code, s => Currency.Parse(s));

internal sealed class IdConverter<T>() : ValueConverter<Id<T>, Guid>(id => id.Value, value => new Id<T>(value));

/// <summary>Mapping words shared by all tables.</summary>
public static class PropertyMapping
{
    /// <summary>Maps an id to a uuid column that the application fills.</summary>
    public static PropertyBuilder<Id<T>> IsId<T>(this PropertyBuilder<Id<T>> property) =>
        (PropertyBuilder<Id<T>>)property.HasConversion<IdConverter<T>>().ValueGeneratedNever();

    /// <summary>Maps an optional id to a uuid column.</summary>
    public static PropertyBuilder<Id<T>?> IsId<T>(this PropertyBuilder<Id<T>?> property) =>
        (PropertyBuilder<Id<T>?>)property.HasConversion<IdConverter<T>>();
}
