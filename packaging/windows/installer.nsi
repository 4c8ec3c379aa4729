; Written, not built with a program for Windows: the installer, made by NSIS on Windows or Linux.
;
;     makensis -DVERSION=0.0.0 -DPROGRAM=longhand.exe -DSOURCES=. -DLICENCES=folder packaging/windows/installer.nsi
;
; windows/build.sh gives the four. It installs for one user, without asking for an administrator.
Unicode true
SetCompressor /SOLID lzma
Name "Longhand"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Longhand"
InstallDirRegKey HKCU "Software\Longhand" "Folder"
RequestExecutionLevel user
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Longhand"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Reader of handwriting that works offline"
VIAddVersionKey "LegalCopyright" "The Longhand developers"

!include "MUI2.nsh"
!define MUI_ICON "${SOURCES}/icons/longhand.ico"
!define MUI_UNICON "${SOURCES}/icons/longhand.ico"
!insertmacro MUI_PAGE_LICENSE "${SOURCES}/LICENSE-MODELS.md"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Longhand"
!define CLASSES "Software\Classes"

Section
    SetOutPath "$INSTDIR"
    File "/oname=longhand.exe" "${PROGRAM}"
    File "${SOURCES}/icons/longhand.ico"
    ; Models beside the program are found without a setting.
    SetOutPath "$INSTDIR\models\teacher"
    File "${SOURCES}/models/teacher/*.*"
    SetOutPath "$INSTDIR\models\open-student"
    File "${SOURCES}/models/open-student/*.*"
    SetOutPath "$INSTDIR\licences"
    File "${SOURCES}/LICENSE-MIT"
    File "${SOURCES}/LICENSE-APACHE"
    File "${SOURCES}/LICENSE-MODELS.md"
    File "${LICENCES}/third-party-licences.txt"
    File "${LICENCES}/sbom.cdx.json"

    CreateShortcut "$SMPROGRAMS\Longhand.lnk" "$INSTDIR\longhand.exe" "" "$INSTDIR\longhand.ico"
    WriteRegStr HKCU "${CLASSES}\.longhand" "" "Longhand.Project"
    WriteRegStr HKCU "${CLASSES}\Longhand.Project" "" "Longhand project"
    WriteRegStr HKCU "${CLASSES}\Longhand.Project\DefaultIcon" "" "$INSTDIR\longhand.ico"
    WriteRegStr HKCU "${CLASSES}\Longhand.Project\shell\open\command" "" '"$INSTDIR\longhand.exe" "%1"'

    WriteUninstaller "$INSTDIR\uninstall.exe"
    WriteRegStr HKCU "Software\Longhand" "Folder" "$INSTDIR"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Longhand"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\longhand.ico"
    WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Longhand developers"
    WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
    WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

; Settings, corrections and own models lie elsewhere and stay.
Section "Uninstall"
    Delete "$SMPROGRAMS\Longhand.lnk"
    DeleteRegKey HKCU "${CLASSES}\.longhand"
    DeleteRegKey HKCU "${CLASSES}\Longhand.Project"
    DeleteRegKey HKCU "${UNINSTALL}"
    DeleteRegKey HKCU "Software\Longhand"
    RMDir /r "$INSTDIR\models\teacher"
    RMDir /r "$INSTDIR\models\open-student"
    RMDir "$INSTDIR\models"
    RMDir /r "$INSTDIR\licences"
    Delete "$INSTDIR\longhand.exe"
    Delete "$INSTDIR\longhand.ico"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
SectionEnd
