using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Automat.Server.Push.Wire;
using Automat.Testing;

namespace Automat.Server.Tests.Push;

/// <summary>What is pushed is encrypted byte for byte as the RFCs and another implementation have it.</summary>
public sealed class PushEncryptionTests
{
    // RFC 8291, section 5 and appendix A.
    private const string SenderPrivate = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";
    private const string SenderPublic = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    private const string ReaderPrivate = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
    private const string ReaderPublic = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    private const string Secret = "BTBZMqHH6r4Tts7J_aSIgg";
    private const string Salt = "DGv6ra1nlYgDCS1FRnbzlw";

    [Fact]
    public void The_example_of_RFC_8291_comes_out_byte_for_byte()
    {
        using var sender = KeyOf(SenderPublic, SenderPrivate);

        var body = PushEncryption.Encrypt("When I grow up, I want to be a watermelon"u8, Receiver, sender, Bytes(Salt));

        Assert.Equal(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_y"
            + "l95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
            Base64Url.EncodeToString(body));
    }

    [Fact]
    public void The_example_of_RFC_8188_comes_out_byte_for_byte() => Assert.Equal(
        "I1BsxtFttlv3u_Oo94xnmwAAEAAA-NAVub2qFgBEuQKRapoZu-IxkIva3MEB1PD-ly8Thjg",
        Base64Url.EncodeToString(ContentCoding.Seal(Bytes("yqdlZ-tYemfogSmv7Ws5PQ"), Bytes("I1BsxtFttlv3u_Oo94xnmw"), [], "I am the walrus"u8)));

    // Made by npm's http_ece 1.2.1: encrypt(text, { version: 'aes128gcm', dh, privateKey, salt, authSecret, rs: 4096 }).
    [Theory]
    [InlineData(
        0, "BFBLUY6j0rzsc4BShbTFbH9m4D8dwqURsRaqlQNauh2JvgMPF_zSs0Ems2bAydU7S7gQ_XkTUAoby9IHz8djIrA",
        "BCZdLDJWVOeCDvvuAQU5IwD5inkrdfqcJYQbUYY5e1Ns64v7Eyub5ZKe5cdk344SLWxC0BnRVqIPIQR8ahoaFHI", "fa6w1Ud2m7D4vNkO_WMgnO4X59xz_9YpqbxkTGgwVLU",
        "03kOQB-ltXVljZB2hQvh-A", "MmG0qPvlS0fAEJscxxqctQ", "fe34bf7a37d65bceee190a06fcc2310c01cf82846e75d3ec1eec11ff2c964d20")]
    [InlineData(
        1, "BCaLKhkmyubEMbaThJFJTY4fvtqQjlAndp_HJyIS4vDhBnKg38xqDnZVxt9WS9Kmq-aUNEeRTrgI6ZSRRvChG7E",
        "BDJQI_qs1LzzRSzjM_xrzpat4OZ1_h4qAQrH2UvxAqnFLjYKuV5CrfcvY0--wmPjJ4qlBt4KyxbxXZ2_I1RmIHM", "9B_BZzhvagxIun_ClAMxKm-UgynF4-vz5wxG8eN0wzw",
        "vKmN9dyCe9Yik8UrWyNWlQ", "w6aoUw27R4-3CmyoxyY6lA", "4a8786dc4009d1cc2b1b30de9423e73ce01aea1dce2a89bb35cbb25775a007e4")]
    [InlineData(
        100, "BPxchTZWSZlFJRbSa4ijAoldOARWK5i5RjpriD8rrA-8yQu_jCbArpmehe4j1pCiml2i3UhdxV8NxCygt5gjRUo",
        "BLOufOi0M2CJBpqSH99BRgL5ORKJxo_tNhHl8KE6WDKE3oi1qk3m21NSZGW9YkUDwSfBb8VRDkO1rIXNqCq8jDQ", "cNdCF_n1VI0nhTB5fYfQM5CiLG6S5JGY0iUM3qifDow",
        "pC1I6bVOIXFOmjbwK05ajw", "3zMnocy5hmnT9rn2ATWzxw", "0fefb923a5e551ba026a1ca2dbe986a3924c08082075844e36d5c9a05363a88e")]
    [InlineData(
        1_400, "BIMdcZ2IAg5fFzIMsdA2njumBx5MXrogfwALCioRO1R0WZmvqBagOeUhwaMx4glrXAgxTY6GhRkwkWsCf8JOWAI",
        "BAQ3fW_Gu6HvE62A7ELEhuqYmxqXM0gjTIUzIpO4G7lMnGBMBpltmQX57op-US5AWdC1eyj_IReQ8qO4LXw3lg4", "xCUqVKYaJZAfZBM4ziQTzCLWmjzhB-Hw7N_h4B4CvzY",
        "92HuFWOhwFrNb6H6JDBVnA", "-U8K1FAjs9UaS-Pwk9HkoQ", "8d0b90ac3f4a466f7443010b70547ed9cc735247d04a1d39da84ef5a89682806")]
    public void Another_implementation_encrypts_to_the_same_bytes(
        int length, string reader, string senderPoint, string senderKey, string secret, string salt, string sha256)
    {
        using var sender = KeyOf(senderPoint, senderKey);
        var text = string.Concat(Enumerable.Repeat("äbc·", length))[..length];

        var body = PushEncryption.Encrypt(Encoding.UTF8.GetBytes(text), new PushReceiver(Bytes(reader), Bytes(secret)), sender, Bytes(salt));

        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(body)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1_000)]
    [InlineData(ContentCoding.LongestContent)]
    public void A_browser_reads_what_was_encrypted_for_it_and_no_two_bodies_are_alike(int length)
    {
        using var browser = new PushReader();
        using var stranger = new PushReader();
        var receiver = new PushReceiver(browser.PublicKey, browser.Secret);
        var text = new string('é', length / 2) + new string('x', length % 2);
        var content = Encoding.UTF8.GetBytes(text);

        var body = PushEncryption.Encrypt(content, receiver);

        Assert.Equal(text, browser.Read(body));
        Assert.NotEqual(body, PushEncryption.Encrypt(content, receiver));
        Assert.Equal(86 + length + 17, body.Length);
        Assert.ThrowsAny<CryptographicException>(() => stranger.Read(body));
    }

    [Fact]
    public void What_does_not_fit_into_one_record_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => PushEncryption.Encrypt(new byte[ContentCoding.LongestContent + 1], Receiver));

    [Fact]
    public void Only_a_point_of_the_curve_is_taken_for_a_key()
    {
        var point = Bytes(ReaderPublic);
        var beside = Bytes(ReaderPublic);
        beside[^1]++;

        Assert.True(P256.IsPoint(point));
        Assert.False(P256.IsPoint(beside));
        Assert.False(P256.IsPoint(point.AsSpan(1)));
        Assert.False(P256.IsPoint(new byte[P256.PointLength]));
    }

    internal static byte[] Bytes(string base64Url) => Base64Url.DecodeFromChars(base64Url);

    internal static ECDiffieHellman KeyOf(string point, string secret) =>
        ECDiffieHellman.Create(P256.ParametersOf(Bytes(point)) with { D = Bytes(secret) });

    private static PushReceiver Receiver => new(Bytes(ReaderPublic), Bytes(Secret));

    [Fact]
    public void The_browser_of_the_example_reads_it()
    {
        using var browser = new PushReader(KeyOf(ReaderPublic, ReaderPrivate), Bytes(Secret));

        Assert.Equal("I read", browser.Read(PushEncryption.Encrypt("I read"u8, Receiver)));
    }
}
