namespace Automat.Architecture.Tests.Twins.Island;

/// <summary>The other half.</summary>
public static class Egg
{
    public static Func<object> Hatch() => () => new List<Hen?>([null]);
}

/// <summary>What the hen knows.</summary>
public sealed record Shell(int Thickness);
