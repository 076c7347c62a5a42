namespace Automat.Server.Panel;

/// <summary>Names the frame's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
