namespace Automat.Server.Push;

/// <summary>Names the texts of pushes and their pages (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
