using Automat.Architecture.Tests.Twins.Store;

namespace Automat.Architecture.Tests.Twins.Roof;

/// <summary>Part of the composition root: may look behind every door, and nobody may use it.</summary>
public static class Beam
{
    public static object Build() => new Cellar();
}
