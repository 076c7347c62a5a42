namespace Automat.Architecture.Tests.Twins.Front.Extras.Lamp;

/// <summary>A plug-in: a module of its own below another module's folder.</summary>
public sealed class Lamp(Bell bell)
{
    public int Rings => bell.Rings;
}
