using System.Net;
using System.Text.RegularExpressions;
using Automat.Testing.Storefront;

namespace Automat.Server.Tests.Storefront;

/// <summary>The pages as they go over the wire.</summary>
public sealed partial class StorefrontPagesTests(StorefrontPagesTests.Preview preview) : IClassFixture<StorefrontPagesTests.Preview>
{
    [Fact]
    public async Task No_page_carries_inline_code_or_style_or_leads_its_reader_to_a_stranger()
    {
        foreach (var path in StorefrontPreview.Paths)
        {
            var html = await preview.ReadAsync(path);

            Assert.DoesNotMatch(Inline(), html);
            Assert.DoesNotMatch(Foreign(), html);
        }
    }

    [Theory]
    [InlineData("/?lang=es", "", "", "es")]
    [InlineData("/?lang=es", "automat.lang=de", "de", "es")]
    [InlineData("/", "automat.lang=de", "es", "de")]
    [InlineData("/", "", "de-AT, en;q=0.5", "de")]
    [InlineData("/", "", "fr", "en")]
    [InlineData("/?lang=xx", "automat.lang=yy", "", "en")]
    public async Task The_language_comes_from_the_address_then_the_cookie_then_the_browser(
        string path, string cookie, string accepted, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (cookie.Length > 0) request.Headers.Add("Cookie", cookie);
        if (accepted.Length > 0) request.Headers.Add("Accept-Language", accepted);

        using var response = await preview.Client.SendAsync(request);

        Assert.Contains($"<html lang=\"{expected}\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(expected, response.Content.Headers.ContentLanguage.Single());
    }

    [Fact]
    public async Task A_choice_is_kept_in_a_cookie_and_nonsense_is_not()
    {
        using var chosen = await preview.Client.GetAsync(new Uri("/?lang=de&theme=dark", UriKind.Relative));
        using var nonsense = await preview.Client.GetAsync(new Uri("/?lang=xx&theme=pink", UriKind.Relative));

        Assert.Collection(
            chosen.Headers.GetValues("Set-Cookie").Order(StringComparer.Ordinal),
            cookie => Assert.StartsWith("automat.lang=de; max-age=31536000; path=/; samesite=lax; httponly", cookie, StringComparison.Ordinal),
            cookie => Assert.StartsWith("automat.theme=dark; max-age=31536000; path=/; samesite=lax; httponly", cookie, StringComparison.Ordinal));
        Assert.False(nonsense.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task A_form_carries_slot_and_quantity_and_a_token_against_forgery()
    {
        var html = await preview.Client.GetStringAsync("/m/robot");

        Assert.Contains("<form method=\"post\" action=\"/m/lobby/checkout\"", html, StringComparison.Ordinal);
        Assert.Contains("__RequestVerificationToken", html, StringComparison.Ordinal);
        Assert.Equal(Regex.Count(html, "name=\"slot\""), Regex.Count(html, "name=\"quantity\""));
    }

    [Theory]
    [InlineData("/m/snack-offline")]
    [InlineData("/m/snack-sold-out")]
    [InlineData("/m/snack-empty")]
    public async Task A_machine_that_cannot_sell_says_why_and_has_nothing_to_press(string path)
    {
        var html = await preview.Client.GetStringAsync(path);

        Assert.DoesNotContain("<form", html, StringComparison.Ordinal);
        Assert.True(html.Contains("class=\"notice\"", StringComparison.Ordinal) || html.Contains("class=\"empty\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task Assets_are_served_compressed_and_for_ever(string accepted, string? coding)
    {
        var html = await preview.Client.GetStringAsync("/");
        using var request = new HttpRequestMessage(HttpMethod.Get, StyleSheet().Match(html).Groups["at"].Value);
        request.Headers.Add("Accept-Encoding", accepted);

        using var response = await preview.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/css", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(coding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.CacheControl?.ToString());
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
    }

    [Fact]
    public async Task Every_picture_a_page_shows_is_there()
    {
        var pages = await Task.WhenAll(StorefrontPreview.Paths.Select(preview.ReadAsync));
        var pictures = pages.SelectMany(html => Picture().Matches(html)).Select(match => match.Groups["at"].Value).Distinct(StringComparer.Ordinal);

        foreach (var picture in pictures)
        {
            using var response = await preview.Client.GetAsync(new Uri(picture, UriKind.Relative));
            Assert.True(response.IsSuccessStatusCode, picture);
            Assert.Equal("image/svg+xml", response.Content.Headers.ContentType?.MediaType);
            Assert.InRange((await response.Content.ReadAsByteArrayAsync()).Length, 1, 4096);
        }
    }

    [GeneratedRegex("\\sstyle=|\\son[a-z]+=|<style|javascript:|<script(?![^>]*\\ssrc=)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Inline();

    [GeneratedRegex("(?:src|href|action)=\"(?!/|#|\\?)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Foreign();

    [GeneratedRegex("rel=\"stylesheet\" href=\"(?<at>[^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex StyleSheet();

    [GeneratedRegex("<img src=\"(?<at>[^\"]+)\"", RegexOptions.CultureInvariant)]
    private static partial Regex Picture();

    public sealed class Preview : IAsyncLifetime
    {
        private StorefrontPreview? _preview;

        /// <summary>Takes bytes as they come and keeps no cookies.</summary>
        public HttpClient Client { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            _preview = await StorefrontPreview.StartAsync();
            Client = new HttpClient(new SocketsHttpHandler { UseCookies = false }) { BaseAddress = _preview.Address };
        }

        /// <summary>A page's text, whatever its status.</summary>
        public async Task<string> ReadAsync(string path)
        {
            using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
            return await response.Content.ReadAsStringAsync();
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            if (_preview is not null) await _preview.DisposeAsync();
        }
    }
}
