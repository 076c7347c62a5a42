namespace Automat.Architecture.Tests.Twins.Island;

/// <summary>Half of a circle of files, by way of a record that merely lies in the other file.</summary>
public sealed class Hen
{
    public static Shell Lay() => new(1);
}
