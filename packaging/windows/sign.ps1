# Signs a file where the environment says with what: sign.ps1 FILE. Without CERTIFICATE it says that it does not.
param([Parameter(Mandatory)][string]$File)
$ErrorActionPreference = 'Stop'
if (-not $env:CERTIFICATE) {
    Write-Output "::warning::$File is not signed: there is no WINDOWS_CERTIFICATE"
    exit 0
}
$pfx = Join-Path $env:RUNNER_TEMP 'certificate.pfx'
[IO.File]::WriteAllBytes($pfx, [Convert]::FromBase64String($env:CERTIFICATE))
try {
    $kits = "${env:ProgramFiles(x86)}\Windows Kits\10\bin\*\x64\signtool.exe"
    $signtool = (Get-Item $kits | Sort-Object FullName | Select-Object -Last 1).FullName
    $time = if ($env:TIMESTAMP_URL) { '/tr', $env:TIMESTAMP_URL, '/td', 'sha256' } else { @() }
    & $signtool sign /fd sha256 /f $pfx /p $env:PASSWORD @time $File
    if ($LASTEXITCODE -ne 0) { throw "signtool: $LASTEXITCODE" }
} finally {
    Remove-Item $pfx
}
