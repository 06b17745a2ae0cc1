using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Ingest.Manifest.Queries;
using Ingest.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingest.Tests.Postgres;

/// <summary>A server whose certificate nobody vouches for.</summary>
public sealed class TlsTests
{
    private const int GssEncRequest = 80877104;

    [Fact]
    public async Task A_certificate_that_is_not_trusted_is_told_and_not_tried_again()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var handshakes = 0;
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, () => handshakes++, stop.Token);
        var dsn = new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, Username = "somebody", SslMode = SslMode.VerifyFull,
        };
        await using (var connections = new Connections(dsn, new(MaxRetries: 5, ReconnectWindow: 60, CommandTimeout: 30), NullLogger.Instance))
        {
            var error = await Assert.ThrowsAsync<UnreachableException>(() => connections.OpenFirstAsync(CancellationToken.None));
            Assert.Contains("TLS failed", error.Message, StringComparison.Ordinal);
            Assert.Contains("certificate", error.Message, StringComparison.Ordinal);
            Assert.Contains("sslrootcert", error.Message, StringComparison.Ordinal);
        }
        // Npgsql itself begins a handshake twice; five attempts would make it twelve.
        Assert.InRange(handshakes, 1, 2);
        await stop.CancelAsync();
        await serving;
    }

    [Fact]
    public async Task A_certificate_of_the_client_that_cannot_be_used_is_told_with_its_settings()
    {
        var garbage = Path.GetTempFileName();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var stop = new CancellationTokenSource();
        var serving = ServeAsync(listener, () => { }, stop.Token);
        File.WriteAllText(garbage, "no certificate");
        foreach (var file in (string[])[garbage, garbage + ".missing", Path.GetTempPath()])
        {
            var dsn = new NpgsqlConnectionStringBuilder
            {
                Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, Username = "somebody", SslMode = SslMode.Require,
                SslCertificate = file, SslKey = file,
            };
            await using var connections = new Connections(dsn, new(MaxRetries: 0, ReconnectWindow: 1, CommandTimeout: 30), NullLogger.Instance);
            UnreachableException[] errors =
            [
                await Assert.ThrowsAsync<UnreachableException>(() => connections.OpenFirstAsync(CancellationToken.None)),
                await Assert.ThrowsAsync<UnreachableException>(() => ManifestReader.OpenAsync(dsn, "ingest", CancellationToken.None)),
            ];
            Assert.All(errors, error => Assert.Contains("; check the files of sslcert, sslkey and sslrootcert", error.Message, StringComparison.Ordinal));
            Assert.All(errors, error => Assert.DoesNotContain(".;", error.Message, StringComparison.Ordinal));
        }
        File.Delete(garbage);
        await stop.CancelAsync();
        await serving;
    }

    /// <summary>Agrees to SSLRequest, and shows a certificate that it has signed itself (PostgreSQL documentation, "SSL Session Encryption").</summary>
    private static async Task ServeAsync(TcpListener listener, Action begun, CancellationToken cancellationToken)
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                await using var stream = client.GetStream();
                var request = new byte[8];
                await stream.ReadExactlyAsync(request, cancellationToken);
                if (BinaryPrimitives.ReadInt32BigEndian(request.AsSpan(4)) == GssEncRequest)
                {
                    stream.Write("N"u8);
                    await stream.ReadExactlyAsync(request, cancellationToken);
                }
                begun();
                stream.Write("S"u8);
                await using var secure = new SslStream(stream);
                try
                {
                    await secure.AuthenticateAsServerAsync(certificate);
                    await secure.ReadExactlyAsync(new byte[1], cancellationToken);
                }
                catch (Exception e) when (e is IOException or AuthenticationException)
                {
                    // The client has hung up, as it should.
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test has ended.
        }
    }
}
