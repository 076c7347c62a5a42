namespace Automat.Server.Dashboard;

/// <summary>Names the page's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;
